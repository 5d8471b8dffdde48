/**
 * Titles of the columns that are read, in the languages documents come in: English, German, Spanish, French, Portuguese,
 * Italian, Dutch, and a few words of Chinese and Japanese. Data; of each list an earlier pattern goes before a later one.
 */

/** Whole words, whatever letters they are made of; scripts without blanks between words have no ends to look at. */
function words(list: string): RegExp {
  const { spaced = [], unspaced = [] } = Object.groupBy(list.split(/,\s*/), (one) =>
    UNSPACED.test(one) ? 'unspaced' : 'spaced',
  );
  // All between the same two ends: a property of Unicode takes long to compile.
  const whole = String.raw`(?<![\p{L}\p{N}])(?:${spaced.join('|')})(?![\p{L}\p{N}])`;
  return new RegExp([whole, ...unspaced].join('|'), 'iu');
}
const UNSPACED = /^[\u3040-\u30ff\u4e00-\u9fff]/u;

/** Whom a failure hurts, and the verbs and nouns that stand beside it. */
const WHO = String.raw`users?(?:['’]s?)?|customers?|clients?|callers?|visitors?`;
const HURT = 'sees?|saw|gets?|got|notices?|noticed|experiences?|experienced|feels?|felt|impact|visible';

export const COLUMN_TITLES = {
  layer: [
    words(String.raw`fail(?:s|ed|ure|ures|ing)?, outage, incident, (?:what|if (?:this|it)) (?:breaks|dies|fails|is down|goes (?:down|wrong)),
      broken, fault, what happened, qué (?:se )?(?:rompe|cae|falla), ce qui (?:casse|tombe), ausfall, ausfälle, störung(?:en)?, fehlerfall, was ausfällt, fallos?, falla, avería, caída, incidencia,
      panne, défaillance, falha, guasto, storing, uitval, 故障, 障害`),
    words('layer, schicht, ebene, capa, couche, camada, strato, laag'),
    words(String.raw`components?, part, culprit, scenario, event, trigger, cause, dependency, system, service, what happens, problem, risk,
      when, if, condition, komponente, baustein, bauteil, dienst, szenario, ereignis, ursache, problem, componente, servicio,
      escenario, evento, sistema, composant, service, scénario, événement, système, serviço, cenário, servizio, onderdeel`),
    /^(?:what|was|qué|quoi|o que|cosa|wat)$/iu,
  ],
  /** What else may hold one half of what fails: the part, or how. */
  half: [
    words(String.raw`components?, part, dependency, (?:sub)?system, service, resource, failure modes?, mode, scenario, condition, state,
      how(?: it (?:fails|breaks|dies))?, event, trigger, cause, type, kind, komponente, baustein, bauteil, dienst, system, art, wie,
      fehlerbild, szenario, ereignis, ursache, zustand, componente, pieza, servicio, sistema, recurso, modo, cómo, estado, escenario,
      evento, causa, composant, système, mode, comment, état, événement, cause, serviço, falha, servizio, onderdeel`),
  ],
  sees: [
    words(String.raw`(?:${WHO})(?![\p{L}\p{N}]).*(?<![\p{L}\p{N}])(?:${HURT}), (?:impact|effect|visible|symptoms?)(?![\p{L}\p{N}]).*(?<![\p{L}\p{N}])(?:${WHO}),
      user[- ]visible, (?:be|an)?nutzer(?:n|sicht)?, anwender, kunden?, sieht, utilisateurs?, usuarios?, clientes, usuários?,
      utilizador(?:es)?, utent[ei], gebruikers?, gente, 用户, ユーザー, 利用者`),
    // Whatever users are called there: riders, members, clinics.
    words(String.raw`\p{L}+ (?:see|notice|experience)s?, blast(?: radius)?`),
    words(String.raw`impacts?, effects?, symptoms?, outcomes?, consequences?, observed, behaviou?r, auswirkung(?:en)?, wirkung,
      folgen?, symptome?, effets?, conséquences?, symptômes?, efectos?, impacto, consecuencias?, síntomas?, efeitos?, effetti?,
      effetto, impatto, gevolg(?:en)?, 影响, 影響`),
    words('what happens, results?, sees?, users?, then'),
  ],
  recovers: [
    words(String.raw`recover\p{L}*, fix(?:es)?, mitigat\p{L}*, remed\p{L}*, restor\p{L}*, resolution, how (?:it )?end(?:s|ed), how (?:we|to|it|you) (?:gets?|comes?|brings? it) back, behebung, wiederherstellung,
      abhilfe, rétablissement, remède, résolution, recuperación, solución, remedio, mitigación, recuperação, ripristino,
      herstel, 恢复, 復旧`),
    words(String.raw`response, who (?:acts|fixes|restores)(?: it)?, (?:first )?action, runbook, what (?:to|we) do, workaround, self[- ]heal\p{L}*, (?:gegen)?maßnahmen?,
      reaktion, acción, acciones, respuesta, mesures?, azione, maatregel`),
  ],
  /** How long until it has ended, where that has a column of its own. */
  lasts: [
    words(String.raw`time to \p{L}+, recovery time, mttr, rto, eta, duration, how long, downtime, dauer, wie lange, ausfallzeit,
      durée, duración, duração, durata, duur`),
  ],
} as const;

/** Headings under which all that a table lists fails; "what must not fail", "error budget" and "after the outage" are none. */
export const OF_FAILURES =
  /^(?!.*\b(?:not|never|after|since|post|past|history|budget)\b).*(?:\bfailures?\b|\bfailing\b|\b(?:what|when|if)\b.*\b(?:breaks?|broken|fails?|dies|down|wrong)\b|\boutages\b|ausfälle|störungen|averías|fallos|pannes)/iu;

/** Titles that say what a table is, where its first column has one: a history of versions tells of failures that are over. */
export const HISTORY = words('versions?, releases?, build, tag, versión, versão, versione, versie');

/** The two ends of a way, where a table has a column for each. The whole title, or all but its last words. */
const ends = (list: string): RegExp =>
  new RegExp(String.raw`^(?:${list.split(/,\s*/).join('|')})(?:\s+[\p{L}(].{0,20})?$`, 'iu');
const only = (list: string): RegExp => new RegExp(`^(?:${list.split(/,\s*/).join('|')})$`, 'iu');
const either = (a: RegExp, b: RegExp): RegExp => new RegExp(`${a.source}|${b.source}`, 'iu');
export const ENDS = {
  from: either(
    ends('from, source, origin, von, quelle, herkunft, desde, origen, départ, origine'),
    only('start, de, da, van'),
  ),
  to: either(
    ends('to, destination, target, nach, ziel, hasta, hacia, destino, arrivée, vers, destinazione, naar'),
    only('end, a, à'),
  ),
} as const;
