/** What the programs read of their settings is what a topology may set: a key in neither list would be set and change nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingsOf } from '../../topology/settings.ts';

const SIM = join(import.meta.dirname, '..', '..', 'sim');
const READ =
  /(?:numberOf|numberIn|textOf|textIn)\(\s*(?:\w+\.)?settings,\s*'(\w+)'|(?<![\w.])settings\['(\w+)'\]|textIn\(settings, [^,()]* \? '(\w+)' : '(\w+)'\)|\{ ([\w:, ]+) \}(?: = (?:external\.)?settings;|: ContainerSettings\))/g;
const keysRead = [
  ...new Set(
    readdirSync(SIM, { recursive: true, encoding: 'utf8' })
      .filter((name) => /^(behaviour|runtimes)\/.*\.ts$/.test(name) && !/(redis|s3)-client\.ts$/.test(name))
      .flatMap((name) => [...readFileSync(join(SIM, name), 'utf8').matchAll(READ)])
      .flatMap(([, call, index, either, or, several]) => [
        ...[call, index, either, or].filter((one) => one !== undefined),
        ...(several ?? '').split(', ').map((one) => one.split(':')[0] ?? ''),
      ])
      .filter((one) => one !== ''),
  ),
];
const ROLES = ['api', 'worker', 'admin', 'edge', 'object-store', 'postgres', 'redis', 'ingress', 'resolver'];
const known = [...new Set(ROLES.flatMap((role) => Object.keys(settingsOf(role)?.shape ?? {})))];

test('each setting that is read may be set, and each that may be set is read', () => {
  expect(keysRead.length).toBeGreaterThan(25);
  // Redis keeps nothing across a restart here, and its topology may say so.
  expect(keysRead.toSorted()).toEqual(known.filter((one) => one !== 'persistence').toSorted());
});
test('a role that no program of ours has may have any', () => {
  expect(settingsOf('mailer')).toBe(undefined);
  expect(settingsOf('constructor')).toBe(undefined);
});
