/** Words that a reading passed over: these are told, and some of them forbid it. */

/** Words that carry no outcome: articles, names of parts, verbs of being. */
const FILLER =
  /^(?:a|an|the|is|are|to|of|in|at|on|by|for|and|or|api|user|users|request|requests|pod|pods|redis|its|with|from|get|gets|see|sees|return|returns|receive|receives|still|all|some|every|most|it)$/;
/** A reading that passed over one of these would say the opposite of the sentence: then nothing is read. */
const NEGATION =
  /^(?:not|no|none|nothing|never|neither|nor|cannot|unable|stops?|stopped|\p{L}+n['’]t|nicht|nichts|nie|niemals|kein\p{L}{0,2}|niemand|ohne|nunca|jamás|nadie|nada|ning[uú]n\p{L}{0,3}|sin|ne|n|pas|jamais|aucune?|rien|personne|sans)$/u;
/** Passed over, "a sixth" would be most, and "everything new" everything. */
const NARROWING =
  /^(?:halves|thirds?|quarters?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|hälfte|drittel|viertel|fünftel|mitad|terci[oa]s?|tercera|cuart[oa]s?|quint[oa]s?|moitié|tiers|quarts?|cinquièmes?|nuev[oa]s?|neue[nmrs]?|nouve(?:au|aux|lles?)|dritte[nrs]?|vierte[nrs]?|cada|trois|quatre|deuxième)$/u;
/** Whether words were passed over that turn a sentence round, or say how many. */
export const isDenied = (unread: readonly string[]): boolean =>
  unread.some((word) => NEGATION.test(word) || NARROWING.test(word));
/** What is said with one of these holds at times, of some, or of others: a reading that passed over it would say it of all. */
const HEDGES =
  /^(?:except|excepting|unless|if|only|almost|nearly|hardly|barely|rare|rarely|seldom|infrequent|infrequently|usual|usually|often|normally|typical|typically|possible|potential|potentially|selten|rarement|raramente|rar[oa]s?|may|might|can|could|would|should|instead|than|when|whenever|single|retried|retry|retries|in-flight|fewer|less|more|maybe|perhaps|possibly|probably|one|rises?|rising|grows?|doubles|triples|climbs?|solange|nur|kaum|außer|wenn|salvo|excepto|solo|sólo|casi|si|sauf|presque|seulement)$/u;
export const isHedged = (unread: readonly string[]): boolean => unread.some((word) => HEDGES.test(word));
/** The words of a text that may carry an outcome. */
export const wordsLeft = (text: string): string[] =>
  text.split(/[^\p{L}\p{N}'’-]+/u).filter((word) => word !== '' && !FILLER.test(word));
