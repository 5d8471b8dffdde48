/** A play goes without those programs that none of its journeys needs. */
import { expect, test } from 'vitest';
import honeydue from '../../topology/honeydue.ts';
import { neededBy } from '../../topology/needed.ts';
import { checkTopology } from '../../topology/load.ts';

const externalsFor = (...journeys: string[]): string[] => Object.keys(neededBy(honeydue, journeys).externals);

test('without journeys of its own a play has every external but those that name others', () => {
  expect(externalsFor('listTasks', 'createTask')).toEqual(['neon', 'edge-dallas', 'public-dns']);
  expect(externalsFor('listTasks', 'viewPhoto')).toEqual(['neon', 'b2', 'edge-dallas', 'public-dns']);
});
test('nothing else is changed', () => {
  expect({ ...neededBy(honeydue, []), externals: {} }).toEqual({ ...honeydue, externals: {} });
});
test('a journey that is not declared is a fault of the file', () => {
  const { b2 } = honeydue.externals;
  const wrong = { ...honeydue, externals: { ...honeydue.externals, b2: { ...b2, journeys: ['viewFoto'] } } };
  expect(checkTopology(wrong).problems).toEqual([
    expect.objectContaining({
      where: 'externals.b2.journeys',
      message: 'journey "viewFoto" is not declared',
      hint: expect.stringContaining('did you mean "viewPhoto"?') as string,
    }),
  ]);
});
