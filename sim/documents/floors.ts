/** Figures between two named places, held against light: nothing is faster, and nothing laid in glass faster than straight fibre. */
import { floorsMs, greatCircleKm } from '../../topology/legs.ts';
import type { Topology } from '../../topology/schema.ts';
import { CITIES, type Site } from './cities.ts';
import { ONE_WAY, ROUND_TRIP } from './directions.ts';
import { wordsOf } from './concepts.ts';
import type { WrittenFigure } from './figures.ts';

export interface PlaceFigure {
  readonly places: readonly [string, string];
  readonly km: number;
  /** What is asked is answered; where the document does not say, one way may be meant. */
  readonly way: 'round-trip' | 'one-way' | 'unsaid';
  /** Of the way that is meant, unsaid: there and back. Milliseconds. */
  readonly floorsMs: { readonly vacuum: number; readonly fibre: number };
  readonly physics: 'impossible' | 'faster than straight fibre' | 'possible';
  /** Why, in words. */
  readonly told: string;
}

/** A name has up to so many words; the longest goes first. */
const LENGTHS = [4, 3, 2, 1];
const ANSWERED = /\b(?:quer(?:y|ies)|requests?|pings?|responses?|replies|handshake)\b/i;

/** Name → where it lies: cities and cloud regions, and the topology's own places, which go before them. */
export function sitesOf({ places }: Topology): ReadonlyMap<string, Site> {
  const own = Object.entries(places).map(([place, site]): [string, Site] => [
    wordsOf(place.replace(/^\w+:/, '').replace(/\d+$/, '')).join(' '),
    site,
  ]);
  return new Map([...[...CITIES].map(([name, site]): [string, Site] => [wordsOf(name).join(' '), site]), ...own]);
}

/** Names nearer to each other than this are one place. */
const ONE_PLACE_KM = 50;
export const isOnePlace = (a: Site, b: Site): boolean => greatCircleKm(a, b) < ONE_PLACE_KM;
/** The places a text names, in its order, each once. */
export function placesIn(text: string, sites: ReadonlyMap<string, Site>): string[] {
  const words = wordsOf(text);
  const found = new Map<string, Site>();
  for (let at = 0; at < words.length;) {
    const names = LENGTHS.map((length) => words.slice(at, at + length));
    const name = names.find((one) => sites.has(one.join(' '))) ?? [];
    const site = sites.get(name.join(' '));
    if (site !== undefined && ![...found.values()].some((other) => isOnePlace(site, other)))
      found.set(name.join(' '), site);
    at += Math.max(1, name.length);
  }
  return [...found.keys()];
}
/** Names of the cities and regions that a place stands at: "dfw" is Dallas, "us east 1" is Ashburn. */
export const namesAt = (site: Site): string[] =>
  [...CITIES].flatMap(([name, city]) => (isOnePlace(site, city) ? [name] : []));

/** Whether a text names a place where nothing of the topology is. */
export function foreignTo(topology: Topology): (text: string) => boolean {
  const sites = sitesOf(topology);
  const own = Object.values(topology.places);
  return (text) =>
    placesIn(text, sites).some((name) => {
      const site = sites.get(name);
      return site !== undefined && own.every((place) => !isOnePlace(site, place));
    });
}

const fine = (ms: number): string => `${Number(ms.toFixed(1))} ms`;
/** "dfw" is DFW, "us east 1" us-east-1, "new york" New York. */
const shown = (name: string): string =>
  /^[a-z]{3}\d?$/.test(name) ? name.toUpperCase() : /\d$/.test(name) ? name.replaceAll(' ', '-') : capital(name);
const capital = (name: string): string => name.replaceAll(/(?<![\p{L}\p{N}])\p{L}/gu, (letter) => letter.toUpperCase());

/** What is told of two places and is no time between them: a spread, a change, a bound, a denial. */
const OTHERWISE =
  /\b(?:jitter|std-?dev|deviation|varia\w+|varies|vary|change[sd]?|faster|slower|rose|rises|fell|falls|dropped|differ\w*|drift|skew|clocks?|server time|not|never|below|above|floors?|minimum|limits?|impossible|tim(?:es?|ed|ing)[ -]?out)\b|[±σ]/iu;

/** Half of the last digit that people write. */
const ROUNDED_MS = 0.5;

/** A figure between exactly two places; undefined where it names others, or is told of something else. */
export function placeFigureOf(written: WrittenFigure, sites: ReadonlyMap<string, Site>): PlaceFigure | undefined {
  const text = `${written.label} ${written.text}`;
  const [from, to, ...more] = placesIn(text, sites);
  const [a, b] = [sites.get(from ?? ''), sites.get(to ?? '')];
  if (from === undefined || to === undefined || a === undefined || b === undefined || more.length > 0) return undefined;
  const said = `${text} ${written.title ?? ''}`;
  if (OTHERWISE.test(said)) return undefined;
  const km = greatCircleKm(a, b);
  const isAnswered = ANSWERED.test(said) || ROUND_TRIP.test(said);
  const way = ONE_WAY.test(said) ? 'one-way' : isAnswered ? 'round-trip' : 'unsaid';
  const both = floorsMs(km);
  const half = { vacuum: both.vacuum / 2, fibre: both.fibre / 2 };
  // Where it may be meant one way, only what is too fast for that can not be.
  const least = way === 'round-trip' ? both : half;
  // "43 ms" may have been 43.4, and "about 43" more.
  const most = /^[~≈a-z]/i.test(written.text) ? Infinity : ROUNDED_MS;
  // "More than 20 ms" is true of whatever takes longer.
  const ends = Number.isFinite(written.maxMs)
    ? [
        written.minMs + Math.min(most, written.minMs - written.lowMs),
        written.maxMs + Math.min(most, written.highMs - written.maxMs),
      ]
    : [];
  const tooFast = (limit: number): number[] => ends.filter((ms) => ms > 0 && ms < limit);
  const [impossible, fast] = [tooFast(least.vacuum), tooFast(least.fibre)];
  const physics = impossible.length > 0 ? 'impossible' : fast.length > 0 ? 'faster than straight fibre' : 'possible';
  const how = way === 'round-trip' ? ' there and back' : ' one way';
  const onlyOneWay = way === 'unsaid' && physics === 'possible' && tooFast(both.vacuum).length > 0;
  const told =
    physics === 'impossible'
      ? `light in vacuum needs ${fine(least.vacuum)}${how}`
      : physics === 'possible'
        ? onlyOneWay
          ? `only one way: there and back light in vacuum needs ${fine(both.vacuum)}`
          : `straight fibre ${fine(way === 'one-way' ? half.fibre : both.fibre)}`
        : `light in vacuum needs ${fine(least.vacuum)}${how}, straight fibre ${fine(least.fibre)}`;
  return { places: [shown(from), shown(to)], km, way, floorsMs: way === 'one-way' ? half : both, physics, told };
}
