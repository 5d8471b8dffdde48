/** Where code may stand and who may import whom: the rooms of docs/architecture.md. */
import { expect, test } from 'vitest';
import { files, importsOf, read } from './source.ts';

const TOP = ['sim', 'scenarios', 'topology', 'reports', 'test'];
const code = files('*.ts', '*.mjs', '*.js', '*.sh');
const product = code.filter((file) => !file.startsWith('test/'));

test('code stands in sim, scenarios, topology, reports and test only', () => {
  expect(code.filter((file) => !TOP.includes(file.split('/')[0] ?? ''))).toEqual([]);
});

/**
 * Room → rooms it may import from. A room may always import from itself. `ground`: clock, prng, journal, errors. `web`:
 * Node's HTTP.
 */
const MAY: Readonly<Record<string, readonly string[]>> = {
  ground: ['topology', 'contract'],
  topology: ['ground'],
  contract: ['topology', 'ground'],
  behaviour: ['topology', 'contract', 'ground'],
  control: ['topology', 'contract', 'ground', 'behaviour'],
  faults: ['control', 'behaviour', 'topology', 'contract', 'ground'],
  traffic: ['topology', 'contract', 'ground'],
  checkers: ['behaviour', 'contract', 'ground', 'scenario-types'],
  'scenario-types': ['contract'],
  scenario: [
    'control',
    'faults',
    'traffic',
    'checkers',
    'behaviour',
    'topology',
    'contract',
    'ground',
    'scenario-types',
  ],
  documents: ['scenario', 'scenario-types', 'contract', 'topology', 'ground'],
  studies: [
    'scenario',
    'documents',
    'control',
    'behaviour',
    'faults',
    'traffic',
    'checkers',
    'topology',
    'contract',
    'ground',
  ],
  web: [],
  parts: ['behaviour', 'topology', 'contract', 'ground', 'web'],
  model: ['behaviour', 'topology', 'contract', 'ground'],
  live: ['topology', 'contract', 'ground', 'web'],
  embedded: ['live', 'parts', 'topology', 'contract', 'ground', 'behaviour', 'web'],
  docker: ['live', 'parts', 'topology', 'contract', 'ground', 'behaviour'],
  reports: ['scenario', 'scenario-types', 'checkers', 'behaviour', 'contract', 'ground'],
  package: ['topology', 'scenario', 'scenario-types', 'reports', 'cli'],
  scenarios: ['scenario', 'cli'],
  cli: [
    'studies',
    'documents',
    'scenario',
    'scenario-types',
    'control',
    'faults',
    'traffic',
    'reports',
    'scenarios',
    'model',
    'embedded',
    'docker',
    'live',
    'topology',
    'contract',
    'ground',
  ],
};
const GROUND = ['sim/clock.ts', 'sim/prng.ts', 'sim/journal.ts', 'sim/errors.ts'];
const WEB = 'sim/node-http.ts';
const CONTRACT = ['contract', 'entries', 'outside'].map((stem) => `sim/runtimes/${stem}.ts`);

function roomOf(file: string): string {
  if (GROUND.includes(file)) return 'ground';
  if (file === WEB) return 'web';
  if (CONTRACT.includes(file)) return 'contract';
  if (file === 'sim/scenario/summary.ts') return 'scenario-types';
  const [top, second, third] = file.split('/');
  if (top !== 'sim') return top ?? '';
  if (second !== 'runtimes') return second ?? '';
  return third?.includes('.') === true ? 'live' : (third ?? '');
}

test('imports point one way, and runtimes never import each other', () => {
  const wrong = product
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      importsOf(file)
        .filter(({ target }) => TOP.includes(target.split('/')[0] ?? '') && target.includes('.'))
        .filter(({ target }) => roomOf(target) !== roomOf(file) && !(MAY[roomOf(file)] ?? []).includes(roomOf(target)))
        .map(
          ({ line, target }) =>
            `${file}:${line}: room "${roomOf(file)}" may not import ${target} of room "${roomOf(target)}"`,
        ),
    );
  expect(wrong).toEqual([]);
});

test('nothing imports node:http but by its types: an import of it loads undici too', () => {
  const imports = product.filter((file) => /\.m?[jt]s$/.test(file)).flatMap(importsOf);
  expect(imports.filter(({ target, typeOnly }) => target === 'node:http' && !typeOnly)).toEqual([]);
});

/** Where real time, timers and chance belong: the two live runtimes, real programs, the command line and its views. */
const MAY_USE_TIME = [
  /^sim\/clock\.ts$/,
  /^sim\/prng\.ts$/,
  /^sim\/runtimes\/(embedded|docker)\//,
  /^sim\/runtimes\/[a-z-]+\.ts$/,
  /^sim\/parts\//,
  /^sim\/cli\//,
  /^sim\/studies\/(host-watch|room)\.ts$/,
];
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\)/, 'use clock.nowMs()'],
  [/\bperformance\.now\b/, 'use clock.nowMs()'],
  [/\bset(?:Timeout|Interval)\(|\bnode:timers\/promises\b/, 'use clock.sleep()'],
  [/\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/, 'draw from a Prng'],
  [/\bAbortSignal\.timeout\b/, 'use clock.sleep()'],
];

test('time and chance have one source: nothing else reads a clock, sets a timer or draws', () => {
  const wrong = product
    .filter((file) => file.endsWith('.ts') && !MAY_USE_TIME.some((allowed) => allowed.test(file)))
    .flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, index) =>
          line.trimStart().startsWith('*') || line.trimStart().startsWith('//')
            ? []
            : BANNED.filter(([pattern]) => pattern.test(line)).map(
                ([pattern, cure]) => `${file}:${index + 1}: ${pattern.source} is banned here, ${cure}`,
              ),
        ),
    );
  expect(wrong).toEqual([]);
});

test.each([
  'testcontainers',
  '@testcontainers/postgresql',
  '@testcontainers/redis',
  'dockerode',
  'k6',
  'toxiproxy-node-client',
])('%s is used under sim/ or scenarios/', (name) => {
  const users = product.filter((file) => /^(sim|scenarios)\//.test(file) && file.endsWith('.ts')).flatMap(importsOf);
  expect(users.filter(({ target }) => target === name || target.startsWith(`${name}/`)).length).toBeGreaterThan(0);
});
