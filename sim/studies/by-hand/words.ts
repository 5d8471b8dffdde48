/** What is said of acts, in the words of experience: what, proof, what next. */
import type { Undo } from '../../control/operations/index.ts';
import { duration, number, ofN, percent } from '../../scenario/phrases.ts';
import type { ProofLook } from '../../scenario/witness.ts';
import { POINTS, type Secret } from './secret.ts';
import type { HandView } from './view.ts';

const SAW_WORDS: Readonly<Record<ProofLook['answer']['saw'], string>> = {
  answer: 'answered',
  refused: 'refused',
  'no-route': 'no route',
  'connect-silent': 'no answer to the connect',
  'reply-silent': 'accepted, then silent',
  reset: 'reset',
  'no-such-name': 'no such name',
  servfail: 'SERVFAIL',
  'sql-error': 'answered with an error',
  'not-reported': 'nothing reported',
  reported: 'reported',
  recovered: 'reported, and well again',
};
const sawOf = ({ answer }: Pick<ProofLook, 'answer'>): string => {
  const silent = answer.saw === 'reply-silent' || answer.saw === 'connect-silent';
  return `${SAW_WORDS[answer.saw]}${silent ? ` for ${duration(answer.tookMs)}` : ''}`;
};

/** What a witness asks, for a hint. */
export const lookedBy = (look: ProofLook | undefined): string =>
  look === undefined ? 'a connection' : `${look.question.ask} from ${look.from}: ${sawOf(look)}`;

/** "proof: ping redis from node:hetzner1: accepted, then silent for 3 s (3 of 3 looks)." */
export function proof(looks: readonly ProofLook[], showsAtTheEnd: boolean): string {
  const told = looks.find((one) => !one.holds) ?? looks[0];
  if (told === undefined && showsAtTheEnd)
    return 'not proven yet: it shows when something has changed, and is looked at when it is healed.';
  if (told === undefined) return 'not proven: no Service leads to it, so no witness can ask it.';
  const hold = looks.filter((one) => one.holds).length;
  const text = `${told.question.ask} ${told.about}: ${sawOf(told)} (${ofN(hold, looks.length)} looks)`;
  return hold === looks.length ? `proof: ${text}.` : `not proven: ${text}, so nothing is said of what users see.`;
}
export const broken = (title: string, since: string, proof: string, as: readonly string[]): string =>
  `${title}, since ${since}. ${proof} undo: ${as.map((one) => `npx twin heal ${one}`).join('; ')}`;

/** Nothing of it lasts. */
export const done = (title: string): string =>
  `${title}: done, nothing is left to heal. what became of it: npx twin status`;
/** An operation takes its time; what it comes to is seen later. */
export const begun = (title: string, since: string, as: readonly string[]): string =>
  `${title}: begun ${since}. what becomes of it: npx twin status. undo: ${as.map((one) => `npx twin heal ${one}`).join('; ')}`;
/** What nobody can take back, why, and what to do instead. */
export const stays = (undo: Undo<unknown> | undefined): string[] =>
  undo !== undefined && 'never' in undo
    ? [`${undo.never}. a new twin has it as it was: npx twin down, npx twin up`]
    : [];
/** "healed", or what was done instead of ending a fault. */
export const healed = (undos: readonly (Undo<unknown> | undefined)[]): string =>
  [
    ...(undos.includes(undefined) ? ['healed'] : []),
    ...undos.flatMap((one) => (one !== undefined && 'told' in one ? [one.told] : [])),
  ].join('; ');

const isUnreported = ({ answer }: ProofLook): boolean => answer.saw === 'not-reported';
/** Whether all answer again. Of what was never reported nobody can say that it goes on. */
export const isOver = (looks: readonly ProofLook[]): boolean => looks.every((one) => one.holds || isUnreported(one));
/** ", and nothing was reported of worker": no proof that it was ever hit. */
export function unreported(looks: readonly ProofLook[]): string {
  const parts = looks.filter(isUnreported).map(({ about }) => about);
  return parts.length === 0 ? '' : `, and nothing was reported of ${[...new Set(parts)].join(', ')}`;
}
export const served = (servedMs: number | undefined, withinMs: number): string => {
  if (servedMs === undefined) return `users are not all served again after ${duration(withinMs)}: npx twin status`;
  return servedMs === 0 ? 'users are served' : `users ok again after ${duration(servedMs)}`;
};

/** "3 min 12 s". */
const long = (ms: number): string =>
  ms < 60_000 ? duration(ms) : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
const several = (n: number, noun: string, plural: string): string => `${number(n)} ${n === 1 ? noun : plural}`;

export const givenUp = ({ scenario, aim }: Secret): string => `given up: it was ${scenario.id} (${aim.title})`;
/** @param users  all of them until now */
export function solved(
  secret: Secret,
  tookMs: number,
  users: { readonly total: number; readonly failed: number },
  isBroken: boolean,
): string {
  const { before, scenario, seed } = secret;
  const costs = [several(secret.wrong, 'wrong guess', 'wrong guesses'), several(secret.hints, 'hint', 'hints')];
  return [
    `right after ${long(tookMs)}, ${costs.join(', ')}: ${secret.points} of ${POINTS} points.`,
    `meanwhile ${ofN(users.failed - before.failed, users.total - before.total)} requests failed.`,
    `replay: npx twin rehearse ${scenario.id} --seed ${seed}${isBroken ? '. it is still broken: npx twin heal' : ''}`,
  ].join(' ');
}

/** A fault's title without its explanation: "redis hangs". A colon within a word is a place's: "external:neon". */
const short = (title: string): string => title.split(': ')[0] ?? title;

/**
 * "ok 16 % (13 of 82)", "p95 >12 s", "BROKEN redis hangs since 16:08:11", "nodes 3/3", "queue 0", "api 2/3", …: what matters most
 * stands first, so that a narrow terminal cuts what is well.
 */
export function statusPieces(view: HandView, timeOfDay: (atMs: number) => string): string[] {
  const { ok, of, p95Ms, isMore } = view.users;
  const share = of === 0 ? 'ok -' : `ok ${percent(ok / of)} (${ofN(ok, of)})`;
  const p95 =
    p95Ms === undefined ? 'p95 -' : `p95 ${isMore ? '>' : ''}${(p95Ms / 1_000).toFixed(p95Ms < 10_000 ? 2 : 0)} s`;
  const isWhole = ({ ready, wanted }: HandView['parts'][number]): boolean => ready >= wanted;
  const parts = [...view.parts.filter((one) => !isWhole(one)), ...view.parts.filter(isWhole)];
  return [
    share.padEnd(20),
    p95.padEnd(10),
    ...brokenPiece(view, timeOfDay),
    ...(view.isSecret ? ['SECRET incident'] : []),
    `nodes ${view.nodes.ready}/${view.nodes.of}`,
    `queue ${view.queue ?? '?'}`,
    ...parts.map(({ part, ready, wanted }) => `${part} ${ready}/${wanted}`),
  ];
}
/** Since when is told of one alone: of several the names matter more. */
function brokenPiece({ broken }: HandView, timeOfDay: (atMs: number) => string): string[] {
  const [first, ...others] = broken;
  if (first === undefined) return [];
  const names = [...new Set(broken.map((one) => short(one.title)))].join(', ');
  return [`BROKEN ${names}${others.length === 0 ? ` since ${timeOfDay(first.sinceMs)}` : ''}`];
}
/** What a line is about, without its figures: two lines with the same are worth one. */
export const gist = (view: HandView): string =>
  JSON.stringify([
    view.users.of === 0 ? '-' : Math.floor((view.users.ok / view.users.of) * 10),
    view.nodes,
    view.parts,
    view.broken,
    view.isSecret,
  ]);
