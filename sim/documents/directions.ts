/** Words that say how far a figure goes, in the languages documents come in. */
const whole = (list: string): RegExp => new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${list})(?![\p{L}\p{N}])`, 'iu');

export const ONE_WAY = whole(
  '(?:one|1)[- ]way|each way|in each direction|einfacher weg|pro richtung|solo ida|de ida|por sentido|aller simple',
);
export const ROUND_TRIP = whole(
  'round[- ]trips?|rtt|both ways|and back|hin und zurück|umlaufzeit|ida y vuelta|aller[- ]retour',
);
/** A table or sentence of latencies speaks of them. */
export const LATENCY_ABROAD = whole(
  'latenz(?:en)?|laufzeit(?:en)?|umlaufzeit|antwortzeit(?:en)?|latencias?|ida y vuelta|tiempos? de respuesta|latences?|aller[- ]retour|temps de réponse|latências?|latenze',
);
export const TOTAL_ABROAD = whole('gesamt|summe|insgesamt|zusammen|suma|en total|in totale|somme');
