/** The commands of README.md, as they stand there, in a clone of their own. */
import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, showsStack, temporaryFolder } from '../cli/command.ts';

/** Lines of code blocks that are commands to be typed in a clone: not transcripts, not a user's own repository. */
function commandsOf(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```\n(.*?)^```$/gms)].map(([, block = '']) => block.split('\n'));
  const typed = blocks.filter((lines) => !lines.some((line) => line.startsWith('$'))).flat();
  const commands = typed.map((line) => line.split(/\s+#/)[0]?.trim() ?? '').filter((line) => line !== '');
  return [...new Set(commands)].filter((line) => /^(npx twin|npx node scenarios|npm run rehearse|CI=)/.test(line));
}
const commands = commandsOf(readFileSync(join(ROOT, 'README.md'), 'utf8'));
const needsEngine = (command: string): boolean => command.includes('--runtime docker');
const hasEngine = spawnSync('docker', ['version'], { stdio: 'ignore' }).status === 0;

test('README.md has commands to be tried', () => {
  expect(commands.length).toBeGreaterThan(8);
});

test.each(commands.filter((command) => hasEngine || !needsEngine(command)))('%s', (command) => {
  using folder = temporaryFolder();
  const clone = join(folder.path, 'clone');
  expect(spawnSync('git', ['clone', '-q', ROOT, clone]).status).toBe(0);
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  // `twin report latest` is about the run before it.
  const before = command.includes('twin report') ? 'npx twin rehearse redis-down --runtime model >/dev/null && ' : '';
  const env = { ...process.env, CI: '' };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', before + command], { cwd: clone, env, encoding: 'utf8' });
  expect(showsStack(stderr), stderr).toBe(false);
  expect(status, stdout + stderr).toBe(0);
});
