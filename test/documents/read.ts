/** Sentences as they are read on our own cluster, in short: "share-status 502 0.5..". */
import { readSentence } from '../../sim/documents/readings.ts';
import honeydue from '../../topology/honeydue.ts';

export const read = (sentence: string, about: 'sees' | 'recovers' = 'sees') =>
  readSentence(sentence, about, 'listTasks', honeydue.journeys).predicates.map(
    ({ measure, where, min, max }) =>
      `${[measure, where?.status].filter((one) => one !== undefined).join(' ')} ${min ?? ''}..${max ?? ''}`,
  );
