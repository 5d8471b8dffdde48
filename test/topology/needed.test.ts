/** A play goes without those programs that none of its journeys needs. */
import { expect, test } from 'vitest';
import honeydue from '../../topology/honeydue.ts';
import { neededBy } from '../../topology/needed.ts';
import { checkTopology, nameServersOf } from '../../topology/load.ts';
import { brokenReferences } from '../../topology/rules.ts';

const externalsFor = (...journeys: string[]): string[] =>
  Object.keys(neededBy(honeydue, journeys, { fallbacks: false }).externals);

test('without journeys of its own a play has every external but those that name others', () => {
  expect(externalsFor('listTasks', 'createTask')).toEqual(['neon', 'edge-dallas', 'public-dns']);
  expect(externalsFor('listTasks', 'viewPhoto')).toEqual(['neon', 'b2', 'edge-dallas', 'public-dns']);
});
test('a link is there for journeys that go that way', () => {
  const linksFor = (journey: string): string[] => Object.keys(neededBy(honeydue, [journey]).links);
  expect(linksFor('dialNode')).toContain('user-node');
  expect(linksFor('listTasks')).toEqual(linksFor('dialNode').filter((id) => id !== 'user-node'));
});
test('a workload that only other journeys need goes with its Service, its host and the places it leads to', () => {
  const namesFor = (journey: string): string[] => {
    const { workloads, services, ingress, places } = neededBy(honeydue, [journey]);
    return [workloads, services, ingress, places].flatMap((all) => Object.keys(all));
  };
  const only = ['admin', 'admin', 'admin.myhoneydue.com', 'pop:frankfurt'];
  expect(only.every((name) => namesFor('adminUsers').includes(name))).toBe(true);
  expect(namesFor('listTasks')).toEqual(namesFor('adminUsers').filter((name) => !only.includes(name)));
  expect(brokenReferences(neededBy(honeydue, ['listTasks']))).toEqual([]);
});
test.each(['workloads', 'places'] as const)(
  'a journey of %s that is not declared is a fault of the file',
  (section) => {
    const [id = '', one] = Object.entries(honeydue[section]).find(([, { journeys }]) => journeys !== undefined) ?? [];
    const wrong = { ...honeydue, [section]: { ...honeydue[section], [id]: { ...one, journeys: ['adminUser'] } } };
    expect(checkTopology(wrong).problems).toEqual([
      expect.objectContaining({ where: `${section}.${id}.journeys`, message: 'journey "adminUser" is not declared' }),
    ]);
  },
);
test('nothing else is changed', () => {
  const rest = { externals: {}, links: {}, workloads: {}, services: {}, ingress: {}, places: {} };
  expect({ ...neededBy(honeydue, []), ...rest }).toEqual({ ...honeydue, ...rest });
});
test('a journey of a link that is not declared is a fault of the file too', () => {
  const way = honeydue.links['user-node'];
  const links = { ...honeydue.links, 'user-node': { ...way, journeys: ['dialMode'] } };
  expect(checkTopology({ ...honeydue, links }).problems).toEqual([
    expect.objectContaining({ where: 'links.user-node.journeys', message: 'journey "dialMode" is not declared' }),
  ]);
});
test('a fallback POP is there only where a POP is broken, and nothing leads to it otherwise', () => {
  const whole = neededBy(honeydue, []);
  expect([whole.anycast['cloudflare']?.pops, Object.keys(whole.externals)]).toEqual([
    ['pop:dallas', 'pop:chicago'],
    ['neon', 'edge-dallas', 'edge-chicago', 'public-dns'],
  ]);
  const { places, anycast } = neededBy(honeydue, [], { fallbacks: false });
  expect([anycast['cloudflare']?.pops, Object.keys(places).filter((one) => one.startsWith('pop:'))]).toEqual([
    ['pop:dallas'],
    ['pop:dallas'],
  ]);
});
test('a spare is there only where users are led to it', () => {
  const place = 'external:second-dns' as const;
  const led = neededBy(honeydue, ['listTasks'], { spares: [place] });
  expect([led.places[place], led.externals['second-dns']]).toEqual([
    honeydue.places[place],
    honeydue.externals['second-dns'],
  ]);
  expect(nameServersOf(led)).toBe('external:cloudflare-dns');
  const { places, externals } = neededBy(honeydue, ['listTasks']);
  expect([places[place], externals['second-dns']]).toEqual([undefined, undefined]);
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
