import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VERSIONS } from './versions.ts';

test.for([
  { name: 'toxiproxy', module: 'github.com/Shopify/toxiproxy/v2', version: VERSIONS.toxiproxy },
  { name: 'traefik', module: 'github.com/traefik/traefik/v3', version: VERSIONS.traefik },
])('versions: $name is built in the version that the table tells', ({ name, module, version }) => {
  const pinned = readFileSync(join(import.meta.dirname, 'images', name, 'go.mod'), 'utf8');
  expect(pinned).toMatch(new RegExp(`${module} v${version.replaceAll('.', String.raw`\.`)}( |$)`, 'm'));
});
