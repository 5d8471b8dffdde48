/** What is packed beside the JavaScript: every page that a packed page leads to, and the licence. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../cli/command.ts';

// Without scripts nothing is built: what is made into dist/ is looked at where the package is installed.
const PACK = ['pack', '--dry-run', '--json', '--silent', '--ignore-scripts'];
const [packed] = JSON.parse(execFileSync('npm', PACK, { cwd: ROOT, encoding: 'utf8' })) as {
  readonly files: readonly { readonly path: string }[];
}[];
const files = (packed?.files ?? []).map((one) => one.path);
const isPacked = (path: string): boolean => files.some((file) => file === path || file.startsWith(`${path}/`));
/** Relative links of a page, as paths from the package's folder. */
const linksOf = (page: string): string[] =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) =>
    normalize(join(dirname(page), link)).replace(/\/$/, ''),
  );

test.each(['README.md', ...files.filter((file) => /^docs\/(?:own-api|control)\.md$/.test(file))])(
  'each relative link of %s leads to a file of the package',
  (page) => {
    const links = linksOf(page);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !isPacked(link))).toEqual([]);
  },
);
test('the licence is packed, and nothing keeps the package from being published', () => {
  expect(files).toContain('LICENSE');
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest).toMatchObject({ license: 'MIT' });
  expect(manifest).not.toHaveProperty('private');
});
