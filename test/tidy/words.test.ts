/** What the repository's texts must hold, and must not. */
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../sim/errors.ts';
import { files, read } from './source.ts';

const BINARY = /\.(png|jpg|ico|woff2?|sum)$/;
const texts = files().filter((file) => !BINARY.test(file));

test('no host of a package registry is named', () => {
  const hosts = [
    ['registry', 'npmjs', 'org'],
    ['proxy', 'golang', 'org'],
    ['deb', 'debian', 'org'],
    ['pypi', 'org'],
    ['crates', 'io'],
  ].map((parts) => parts.join('.'));
  expect(
    texts.flatMap((file) => hosts.filter((host) => read(file).includes(host)).map((host) => `${file}: ${host}`)),
  ).toEqual([]);
});

test('the lockfile resolves to no address', () => {
  expect(read('package-lock.json')).not.toContain('"resolved"');
});

test('docs/reference/errors.md lists every error code, and no other', () => {
  const listed = [...read('docs/reference/errors.md').matchAll(/`(SIM_[A-Z_]+)`/g)].map(([, code]) => code);
  expect(listed.toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted());
});

test('whatever is skipped says why in its title', () => {
  const count = (file: string, what: RegExp): number => read(file).match(what)?.length ?? 0;
  const silent = files('test/*.ts').filter(
    (file) => count(file, /\.(skip|skipIf|runIf|todo)\(/g) !== count(file, /\$\{skipped\(/g),
  );
  expect(silent).toEqual([]);
});

/** Files over this many lines need a reason; what is listed may stay, nothing may be added. */
const LONGEST = 300;
const LONG = new Set(['test/conformance/toxiproxy-api-cases.ts', 'test/parts/edge.test.ts']);
test('no file of code is longer than 300 lines', () => {
  const long = files('*.ts', '*.mjs').filter((file) => read(file).split('\n').length > LONGEST && !LONG.has(file));
  expect(long).toEqual([]);
});
