/**
 * What documents in German, Spanish and French call parts and ways of failing, and how they say the plainest outcomes. Data.
 * It is little, on purpose: what is not here is told as unread, and what would be read as its opposite is not read at all.
 */
const list = (text: string): readonly string[] => text.split(/,\s*/);

/** Beside those of `vocabulary.ts`, by the same ids. */
export const PART_NAMES: Readonly<Record<string, readonly string[]>> = {
  node: list('knoten, nodo, nœud, noeud, rechner, serveur, servidor, máquina'),
  'node-network': list('netzwerkkarte, tarjeta de red, carte réseau'),
  firewall: list('cortafuegos, pare feu, brandmauer'),
  overlay: list('overlay netz, pod netz, red de pods'),
  postgres: list('datenbank, base de datos, base de données, bd, bbdd'),
  redis: list('caché, zwischenspeicher'),
  'object-store': list(`objektspeicher, almacenamiento de objetos, stockage objet, stockage d objets`),
  certificate: list('zertifikat, certificado, certificat'),
  disk: list('festplatte, platte, disco, disque'),
};
export const WAYS: Readonly<Record<string, readonly string[]>> = {
  down: list(`ausgefallen, ausfall, ausfälle, fällt aus, gestört, störung, steht, fallen aus, tot, weg, unerreichbar, nicht erreichbar, nicht verfügbar, abgestürzt,
    stürzt ab, kaputt, gestoppt, getrennt, verloren, abgeschossen, caído, caída, caídos, caídas, cae, se cae, pierde, se pierde, matan a, matan, inaccesible,
    muerto, muerta, muere, no disponible, falla, fallo, perdido, perdida, parado, desconectado, en panne, tombe,
    tombé, indisponible, injoignable, mort, morte, perdu, arrêté, coupé`),
  hang: list(`hängt, hängen, eingefroren, antwortet nicht, reagiert nicht, colgado, colgada, se cuelga, congelado, no responde, no contesta, figé,
    gelé, ne répond pas, ne répond plus`),
  slow: list('langsam, überlastet, lento, lenta, lentísimo, lentísima, sobrecargado, lent, lente, surchargé'),
  oom: list(`kein speicher mehr, speicher voll, speichermangel, sin memoria, falta de memoria, memoria agotada, plus de mémoire,
    mémoire épuisée, mémoire saturée`),
  rollout: list('neue version, nueva versión, despliegue, actualización progresiva, déploiement, nouvelle version'),
  blocked: list('sperrt, gesperrt, blockiert, bloquea, bloqueado, bloqueada, cierra, bloque, bloqué'),
  full: list('voll, lleno, llena, plein, pleine, saturé'),
  expired: list('abgelaufen, caducado, vencido, expiré'),
  restart: list('neustart, reinicio, redémarrage'),
};
export const SCOPES_SAID: Readonly<Record<string, readonly string[]>> = {
  one: list('ein, eine, einem, einer, einen, einzelner, un, una, uno, une'),
  all: list('alle, allen, aller, jeder, jedem, überall, todo, todos, toda, todas, cada, tous, toutes, tout, chaque'),
};
export const MEANS_NOTHING: readonly string[] = list(
  'der, das, den, dem, des, und, oder, auf, mehr, el, la, los, las, de, del, en, y, o, le, les, du, et, ou, sur, d, l',
);
/** Words after which a text says where, beside the English ones. */
export const WHERE_SAID = 'auf|während|zwischen|beim|mitten|en|durante|entre|sur|dans|pendant|chez';

/** Said so → read as the English words; longer ones first, whole words only. */
const PHRASES: Readonly<Record<string, string>> = {
  'nobody notices': `niemand (?:be)?merkt (?:es|etwas|was)|merkt niemand(?: etwas| was)?|(?:nutzer|kunden|anwender) merken nichts|keiner merkt (?:es|etwas|was)|nadie (?:lo )?nota(?: nada)?|nadie se entera|personne ne (?:le )?remarque(?: rien)?|(?:l'utilisateur|le client) ne (?:voit|remarque) rien|les (?:utilisateurs|clients) ne (?:voient|remarquent) rien`,
  'no impact': `keine (?:auswirkung|einschränkung)(?:en)?|ohne auswirkung(?:en)?|ohne unterbrechung(?:en)?|unterbrechungsfrei|sans interruption|sin interrupci(?:ón|ones)|sin (?:impacto|efecto)|ningún (?:impacto|efecto)|aucun (?:impact|effet)|sans (?:impact|effet)`,
  'does not work': `(?:funktioniert|geht|läuft) nicht(?: mehr)?|no funciona|ne (?:marche|fonctionne) (?:pas|plus)`,
  'nothing works': `nichts (?:geht|funktioniert)(?: mehr)?|nada funciona|plus rien ne (?:marche|fonctionne)`,
  'everything works': `alles (?:geht|funktioniert|läuft)(?: weiter)?|todo (?:sigue funcionando|funciona)|tout (?:marche|fonctionne)`,
  'keeps working': `(?:geht|läuft|laufen|funktioniert|funktionieren) weiter|siguen? funcionando|continuent? (?:de|à) (?:marcher|fonctionner)`,
  works: `funktionier(?:t|en)|funcionan?|fonctionn(?:e|ent)|marchent?`,
  fails: `schlägt fehl|schlagen fehl|scheiter[tn]|scheitern|fallan?|échou(?:e|ent)`,
  slower: `langsamer|más lent[oa]s?|plus lent(?:e|s|es)?`,
  slow: `langsam|lent[oa]s?|lent(?:e|s|es)?`,
  'no data lost': `keine daten (?:verloren|weg)|kein datenverlust|sin pérdida de datos|aucune donnée perdue`,
  unreachable: `nicht erreichbar|unerreichbar|inaccesibles?|injoignables?`,
  timeout: `t/o|agotan? el tiempo|tiempos? de espera agotados?|zeitüberschreitung(?:en)?`,
  'no errors': `keine fehler|sin errores|ningún error|plus d'erreurs?|pas d'erreurs?|aucune erreur`,
  'some errors': `pocos errores|errores esporádicos|einzelne fehler|wenige fehler|quelques erreurs`,
  errors: `fehler|errores|erreurs?|errs?`,
  'routes to another node': `weicht auf (?:einen |die )?anderen? (?:knoten|server|nodes?|pops?) aus|leitet (?:anfragen |den verkehr )?auf (?:einen |die )?anderen? (?:knoten|server|nodes?|pops?) um|desvía (?:el tráfico )?a (?:otro nodo|los (?:otros|demás) nodos)|bascule (?:le trafic )?vers (?:un autre|les autres) nœuds?`,
  get: `bekommen|bekommt|erhalten|erhält|reciben?|reçoi(?:t|vent)`,
  returns: `liefer[tn]|liefern|devuelven?|renvoi(?:e|ent)|retourn(?:e|ent)`,
  'all requests': `(?:bei |für )?alle[nr]? anfragen|(?:bei |für )?jede[rn]? anfrage|todas las peticiones|toutes les requêtes`,
  'some requests': `(?:einige|manche) anfragen|algunas peticiones|certaines requêtes|quelques requêtes`,
  'half of requests': `die hälfte (?:der|aller) anfragen|la mitad de las peticiones|la moitié des requêtes`,
  'a quarter of requests': `ein viertel (?:der|aller) anfragen|(?:un cuarto|una cuarta parte) de las peticiones|un quart des requêtes`,
  'a third of requests': `ein drittel (?:der|aller) anfragen|(?:un tercio|una tercera parte) de las peticiones|un tiers des requêtes`,
  requests: `anfragen|peticiones|requêtes|reqs?`,
  'all users': `alle (?:nutzer|kunden|anwender)(?: (?:sind )?betroffen)?|für alle(?: nutzer| kunden)?|todos los usuarios|para todos|tous les utilisateurs|pour tous`,
  'some users': `(?:einige|manche) nutzer|algunos usuarios|certains utilisateurs|quelques utilisateurs`,
  users: `nutzer|kunden|anwender|usuarios|utilisateurs`,
  reads: `lesen|lecturas|leer|lectures?`,
  writes: `schreiben|schreibzugriffe?|escrituras|escribir|écritures?`,
  login: `anmeldung|anmelden|inicio de sesión|inicios de sesión|connexion des utilisateurs`,
  '30 seconds': `half a minute|media minuto|medio minuto|eine halbe minute|une demi-minute`,
  lists: `listen|(?:las )?listas|(?:les )?listes`,
  uploads: `hochladen|subidas|téléversements?`,
  briefly: `kurz(?:zeitig)?|brevemente|por un momento|brièvement|un instant`,
  automatic: `automatisch|selbsttätig(?:e[rs]?)?|von (?:selbst|allein)|(?:se recuperan?|vuelven?|arrancan?) sol[oa]s?|^ ?sol[oa]s?(?=,|;| *$)|automátic[oa]|automáticamente|automatique(?:ment)?`,
  restart: `neustart(?:en)?|neu starten|startet (?:es |ihn |sie )?neu|reiniciar|reinicio|redémarr(?:er|age)`,
  otherwise: `sonst|ansonsten|por lo demás|sinon`,
  'all writes': `las escrituras|todas las escrituras`,
  '45 minutes': `three quarters of an hour|tres cuartos de hora|dreiviertelstunde|trois quarts d'heure`,
  '15 minutes': `a quarter of an hour|un cuarto de hora|(?:eine )?viertelstunde|un quart d'heure`,
  '30 minutes': `half an hour|media hora|(?:eine )?halbe stunde|une demi-heure`,
  '1 hour': `an hour|eine stunde|una hora|une heure`,
  '1 minute': `a minute|eine minute|un minuto|une minute`,
  seconds: `sekunden?|segundos?|secondes?`,
  minutes: `minuten?|minutos?`,
  hours: `stunden?|horas?|heures?`,
  'no request fails': `aucune requête n'échoue|ninguna petición falla|keine anfrage (?:scheitert|schlägt fehl)`,
  'less than': `unter(?= ?\\d)|weniger als|menos de|por debajo de|moins de`,
  'at most': `pas plus de|no más de(?:l)?|nicht mehr als|höchstens|maximal|como máximo|a lo sumo|au plus|au maximum`,
  'up to': `bis zu|hasta (?:un |el )?(?=\\d)|jusqu'à`,
  'at least': `mindestens|wenigstens|al menos|por lo menos|au moins`,
  'more than': `mehr als|über(?= ?\\d)|más de(?= ?\\d)|plus de(?= ?\\d)`,
  'by hand': `von hand|manuell|a mano|necesita a una persona|manual|à la main|manuel(?:lement)?`,
};
/** Letters of alphabets, and digits: `\p{L}` takes a machine so long to compile that every command would be late by it. */
const IN_A_WORD = String.raw`[a-z0-9\u00c0-\u1fff]`;
const READ_AS = Object.entries(PHRASES).map(
  ([english, said]) => [new RegExp(String.raw`(?<!${IN_A_WORD})(?:${said})(?!${IN_A_WORD})`, 'g'), english] as const,
);
/** A plain text with the phrases of other languages as English ones; everything else stays. */
export const inEnglish = (text: string): string =>
  READ_AS.reduce((told, [said, english]) => told.replaceAll(said, english), text);
