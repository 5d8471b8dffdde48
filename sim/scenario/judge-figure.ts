/**
 * Holds a latency figure of a document against the twin. What is measured are counts of round trips and service times; the
 * delay of a link is assumed, and told so. A figure is therefore looked at twice: what the counted trips take over the
 * assumed delays alone, and what requests took here, where this machine's own work is added.
 *
 *   confirmed      both lie within the figure, as a round trip or, where the document does not say, one way
 *   refuted        both lie outside, however it is read
 *   inconclusive   this machine's own work decides; too few requests; a delay that was not in force; no way was read
 */
import { ascending, percentile } from '../checkers/statistics.ts';
import { legsBetween, assumedMs, leastMs, middleOf, sightsOf, tripsOf, type Sight } from '../checkers/ways.ts';
import { countsOf, entriesOf, rightRequests } from '../checkers/window.ts';
import { floorsMs, type Leg } from '../../topology/legs.ts';
import type { Claim, Figure, PlayedEntry, PlayEntry } from '../runtimes/entries.ts';
import { conclude, judgedOn, proofOf, type Doubt, type Judgement } from './judge.ts';
import { duration, figureReading, fine, number, tripsText, waysOf } from './phrases.ts';
import type { Finding } from './summary.ts';

/** What the hops of a live twin add by themselves: figures nearer to the assumed delay than this can not be told apart. */
export const LIVE_RESOLUTION_MS = 3;

/** Light's own time for what a figure is about: one round trip on each leg of its way, half of it where one way may be meant. */
export interface Floors {
  readonly vacuum: number;
  readonly fibre: number;
}
export function floorsOf(legs: readonly Leg[], figure: Pick<Figure, 'between' | 'way'>): Floors {
  const way =
    figure.between === undefined ? legs.filter((leg) => leg.to !== 'redis') : legsBetween(legs, figure.between);
  const share = figure.way === 'round-trip' ? 1 : 0.5;
  const sum = (kind: keyof Floors): number => way.reduce((ms, leg) => ms + floorsMs(leg.km)[kind] * share, 0);
  return { vacuum: sum('vacuum'), fibre: sum('fibre') };
}
export type Physics = 'impossible' | 'faster than straight fibre';
/** Below light in vacuum, or between that and straight fibre; anything above is nobody's fault. */
export const physicsOf = (ms: number | undefined, floors: Floors): Physics | undefined =>
  ms === undefined || ms >= floors.fibre ? undefined : ms < floors.vacuum ? 'impossible' : 'faster than straight fibre';

/** What light says to the figure's two ends; undefined where neither is too fast. */
function physicsText(figure: Figure, floors: Floors): string | undefined {
  const [least, most] = [physicsOf(figure.minMs, floors), physicsOf(figure.maxMs, floors)];
  // "More than 20 ms" is true of whatever takes longer.
  if (least === undefined || figure.maxMs === undefined) return undefined;
  const said = (ms: number | undefined, what: Physics | undefined): string[] =>
    what === undefined || ms === undefined || ms === 0 ? [] : [`${fine(ms)} is ${what}`];
  const ends = [...new Set([...said(figure.minMs, least), ...said(figure.maxMs, most)])];
  if (ends.length === 0) return undefined;
  const way = figure.way === 'round-trip' ? 'there and back' : 'one way';
  return `${ends.join(', ')} (${way} light in vacuum needs ${fine(floors.vacuum)}, straight fibre ${fine(floors.fibre)})`;
}

interface Look {
  readonly figure: Figure;
  readonly play: PlayEntry;
  readonly sights: readonly Sight[];
}
/** What the figure speaks of, of each request: its whole spending, or one trip of it; both ways or one. Ascending. */
const valuesAs = ({ figure, sights }: Look, oneWay: boolean, of: (sight: Sight) => number): number[] =>
  ascending(sights.map((sight) => (of(sight) / (figure.per === 'trip' ? tripsOf(sight) : 1)) * (oneWay ? 0.5 : 1)));
/** This machine adds to what requests take, and takes from none: the quiet ones are nearer to the cluster's own time. */
const QUIET_SHARE = 0.1;

/** Whether a reading holds; undefined where this machine's own work would decide. */
function isWithin({ figure, play }: Look, took: readonly number[], assumedMs: number): boolean | undefined {
  const { lowMs, highMs = Infinity } = figure;
  const at = (p: number): number => percentile(took, p) ?? 0;
  if (play.parts.every((part) => part.kind === 'arithmetic')) return at(0.5) >= lowMs && at(0.5) <= highMs;
  if (assumedMs <= highMs && highMs - assumedMs < LIVE_RESOLUTION_MS) return undefined;
  const place = (least: number, most: number): number => (most < lowMs ? -1 : least > highMs ? 1 : 0);
  const measured = place(at(QUIET_SHARE), at(0.5));
  return measured === place(assumedMs, assumedMs) ? measured === 0 : undefined;
}

/** One reading of the figure, held against what was seen. */
function findingAs(look: Look, oneWay: boolean): Finding {
  const { figure, sights } = look;
  const values = valuesAs(look, oneWay, (sight) => sight.tookMs);
  const took = middleOf(values);
  const assumed = percentile(valuesAs(look, oneWay, assumedMs), 0.5) ?? 0;
  const per = figure.per === 'trip' ? ' a trip' : '';
  const way = oneWay ? ' one way' : figure.way === 'unsaid' ? ' there and back' : '';
  return {
    reading: figureReading(figure, oneWay),
    seen: `${fine(took?.ms ?? 0)}${per}${way}: ${tripsText(sights)}`,
    value: took?.ms,
    interval95: took?.interval95,
    holds: isWithin(look, values, assumed),
  };
}

const requestsText = ({ sights }: Look): string => `${number(sights.length)} requests`;

function doubtAbout(claim: Claim, look: Look, entries: readonly PlayedEntry[]): Doubt | undefined {
  const { figure, play, sights } = look;
  if (entriesOf(entries, 'fault').some((fault) => fault.state === 'withheld'))
    return { reason: 'the delays of the links were withheld, so there is nothing to prove', next: 'run it as it is' };
  if (sights.length < play.minHits)
    return {
      reason: `only ${number(sights.length)} requests came this way on a ${figure.connection} connection, ${play.minHits} are needed`,
      next: 'raise --rate',
    };
  const isLong = sights.some((sight) => sight.trips.some((one) => one.leg.km > 0));
  const [took, least] = [middleOf(sights.map((one) => one.tookMs)), middleOf(sights.map(leastMs))];
  if (isLong && took !== undefined && least !== undefined && took.ms < least.ms)
    return {
      reason: `requests took ${duration(took.ms)} where the assumed delays alone are ${duration(least.ms)}: the delays were not in force`,
      next: `npx twin explain ${claim.scenario}`,
    };
  return undefined;
}

const UNREAD: Figure = { label: '', text: '', minMs: 0, lowMs: 0, connection: 'warm', per: 'request', way: 'unsaid' };

/** One figure of the document, about one play. */
export function judgeFigure(claim: Claim, play: PlayEntry, entries: readonly PlayedEntry[]): Judgement {
  const { figure } = claim;
  const legs = play.legs ?? [];
  const found = figure === undefined ? [] : sightsOf(rightRequests(entries), legs, figure);
  const look: Look = { figure: figure ?? UNREAD, play, sights: found.map((one) => one.sight) };
  const counts = countsOf({ counted: found.map((one) => one.outcome), excluded: 0 }, play.patienceMs);
  const findings = figure === undefined ? [] : waysOf(figure).map((oneWay) => findingAs(look, oneWay));
  const held = findings.find((one) => one.holds === true);
  const finer = {
    reason: `${findings[0]?.seen}, and the figure is too near to what is assumed: this machine's own work would decide`,
    next: 'npx twin rehearse --runtime model, where programs take no time of this machine',
  };
  const unread = {
    reason: `it names no way between two parts whose time is told apart (unread: ${claim.unread.join(', ')})`,
    next: 'name both ends of the way: A → B',
  };
  const isTooFine = held === undefined && findings.some((one) => one.holds === undefined);
  const physics = figure === undefined ? undefined : physicsText(figure, floorsOf(legs, figure));
  const told = [...(held === undefined ? findings : [held]).map((one) => one.seen), requestsText(look), physics];
  return conclude(claim, play, entries, {
    doubt: figure === undefined ? unread : (doubtAbout(claim, look, entries) ?? (isTooFine ? finer : undefined)),
    isWrong: held === undefined,
    told: told.filter((one) => one !== undefined).join('; '),
    findings,
    counts,
    interval95: (held ?? findings[0])?.interval95,
    proofOfFault: proofOf(entries),
    pain: 'none',
    judgedOn: [...judgedOn(play, counts), 'assumed latencies'],
  });
}
