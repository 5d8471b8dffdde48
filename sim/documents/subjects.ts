/** Whom a sentence is about: "uploads fail" is said of the journey that uploads, and of nobody where there is none. */
import type { Journey } from '../../topology/schema.ts';
import { wordsOf } from './concepts.ts';
import { ACTIVITIES } from './vocabulary.ts';

export type Journeys = Readonly<Record<string, Pick<Journey, 'title'> & Partial<Pick<Journey, 'writes'>>>>;

/** "uploadPhoto" and "new tasks" as words without their plural. */
const stem = (word: string): string => word.replace(/(?<=..)s$/, '');
const namesOf = (id: string, title: string): string[] =>
  wordsOf(`${id.replaceAll(/([a-z])([A-Z])/g, '$1 $2')} ${title}`).map(stem);

/** Whether a text holds a journey's title, in one number or the other: "uploads", "an upload". */
const saysTitle = (text: string, title: string): boolean => {
  const words = wordsOf(title).map(stem).join(' ');
  return words !== '' && ` ${wordsOf(text).map(stem).join(' ')} `.includes(` ${words} `);
};

function candidates(activity: string, journeys: Journeys): string[] {
  const all = Object.entries(journeys);
  const words = (ACTIVITIES[activity] ?? []).flatMap(wordsOf).map(stem);
  const named = all.filter(([id, { title }]) => namesOf(id, title).some((word) => words.includes(word)));
  if (named.length > 0) return named.map(([id]) => id);
  return activity === 'reads' || activity === 'writes'
    ? all.filter(([, { writes = false }]) => writes === (activity === 'writes')).map(([id]) => id)
    : [];
}

/**
 * The journey that a part of a sentence is about; `usual` where it names none, or one of several that could be meant.
 * 'nobody here': it speaks of what no journey of the topology does.
 */
export function whoIsMeant(text: string, usual: string | undefined, journeys: Journeys): string | undefined {
  const said = ` ${wordsOf(text).join(' ')} `;
  const activity = Object.keys(ACTIVITIES).find((id) =>
    ACTIVITIES[id]?.some((phrase) => said.includes(` ${wordsOf(phrase).join(' ')} `)),
  );
  const titled = Object.keys(journeys).filter((id) => saysTitle(text, journeys[id]?.title ?? ''));
  if (titled.length === 1) return titled[0];
  if (activity === undefined) return usual;
  const isAnyUse = activity === 'reads' || activity === 'writes';
  if (isAnyUse && Object.keys(journeys).length === 0) return usual;
  const found = candidates(activity, journeys);
  if (usual !== undefined && found.includes(usual)) return usual;
  return found.length === 1 ? found[0] : 'nobody here';
}

const EITHER = /\b(\p{L}+) (?:or|nor|and) (\p{L}+)\b/gu;
/** "Create or list tasks": of more than one journey. */
export const isOfSeveral = (text: string, journeys: Journeys): boolean =>
  [...text.matchAll(EITHER)].some(([, one = '', other = '']) => {
    const [first, second] = [one, other].map((word) => whoIsMeant(word, undefined, journeys));
    return first !== undefined && second !== undefined && first !== second && ![first, second].includes('nobody here');
  });

const EVERY = '(?:every|each|all|most|some) ';
const TWO = new RegExp(
  String.raw`^ ?(?:both )?(${EVERY})?((?:new )?\w+) (?:and|&) (${EVERY})?((?:new )?\w+)(?= )(.*)$`,
  'u',
);
/** "Saves and lists fail": the same said of each, where both are known; else the part as it is. */
export function ofEach(part: string, journeys: Journeys): string[] {
  const [, many = '', one = '', otherMany = many, other = '', rest = ''] = TWO.exec(part) ?? [];
  const [first, second] = [one, other].map((words) => whoIsMeant(words, undefined, journeys));
  const isKnown = (who: string | undefined): boolean => who !== undefined && who !== 'nobody here';
  return isKnown(first) && isKnown(second) && first !== second
    ? [`${many}${one}${rest}`, `${otherMany}${other}${rest}`]
    : [part];
}

/** Whether a word only says whom a sentence is about. */
export const isSubject = (word: string, journeys: Journeys): boolean => {
  const one = stem(word);
  const isOf = (phrases: readonly string[]): boolean => phrases.flatMap(wordsOf).map(stem).includes(one);
  return isOf(Object.values(ACTIVITIES).flat()) || isOf(Object.values(journeys).map(({ title }) => title));
};
