/** Reference pages are written from the code: `UPDATE_PAGES=1 npx vitest run test/tidy` writes them anew. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../sim/errors.ts';
import { files, read, ROOT } from './source.ts';

const ERRORS_PAGE = 'docs/reference/errors.md';
const errorsPage = (): string =>
  [
    '# Error codes',
    '',
    'A code is never used again for something else.',
    '',
    '| code | what happened |',
    '|---|---|',
    ...Object.entries(ERROR_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`),
    '',
  ].join('\n');

test(`${ERRORS_PAGE} says of each error code what the code says`, () => {
  if (process.env['UPDATE_PAGES'] === '1') writeFileSync(join(ROOT, ERRORS_PAGE), errorsPage());
  expect(read(ERRORS_PAGE)).toBe(errorsPage());
});

test('every error code is thrown somewhere', () => {
  const code = files('sim/**/*.ts', 'topology/*.ts', 'reports/**/*.ts').filter((file) => file !== 'sim/errors.ts');
  const text = code.map(read).join('\n');
  expect(Object.keys(ERROR_CODES).filter((one) => !text.includes(`'${one}'`))).toEqual([]);
});

test('no path of the machine on which this was written is named', () => {
  const paths = [
    ['', 'work', 'main'],
    ['', 'work', 'shared'],
    ['', 'root', ''],
    ['', 'home', ''],
  ].map((one) => one.join('/'));
  const texts = files().filter((file) => !/\.(png|jpg|ico|woff2?|sum)$/.test(file));
  expect(
    texts.flatMap((file) => paths.filter((path) => read(file).includes(path)).map((path) => `${file}: ${path}`)),
  ).toEqual([]);
});
