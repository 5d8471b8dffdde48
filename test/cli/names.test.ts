/** How files and commands are called, so that what is printed can be typed. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameOf, ROOT } from '../../sim/cli/paths.ts';
import { shellWord } from '../../sim/cli/shell-word.ts';

describe('a file is called', () => {
  const docs = join(ROOT, 'docs');
  test.each([
    ['as in a clone, where it is ours', join(ROOT, 'topology/honeydue.ts'), ROOT, 'topology/honeydue.ts'],
    ['… from a folder of it too', join(ROOT, 'topology/honeydue.ts'), docs, 'topology/honeydue.ts'],
    ['… and from another project that holds us', join(ROOT, 'topology/honeydue.ts'), '/', 'topology/honeydue.ts'],
    ['from the current folder, where it lies below', join(docs, 'reports/out'), docs, 'reports/out'],
    ['in full elsewhere', '/elsewhere/book.md', ROOT, '/elsewhere/book.md'],
    ['in full also beside the current folder', '/a/book.md', '/a/b', '/a/book.md'],
    ['a dot, where it is the current folder', '/a/b', '/a/b', '.'],
    ['by its own name when that begins with two dots', '/a/..b/c', '/a', '..b/c'],
  ])('%s', (_how, file, here, name) => {
    expect(nameOf(file, here)).toBe(name);
  });
});

describe('a word of a command', () => {
  test('is bare where a shell reads nothing into it', () => {
    expect(['links.neon.rtt=5ms', 'chaos/cluster.yaml', '2/3'].map(shellWord)).toEqual([
      'links.neon.rtt=5ms',
      'chaos/cluster.yaml',
      '2/3',
    ]);
  });
  test('comes out of a shell as it went in, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 0, maxLength: 20 }), (text) => {
        const word = text.replaceAll('\0', '');
        return execFileSync('sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' }) === word;
      }),
      { numRuns: 40 },
    );
  });
});
