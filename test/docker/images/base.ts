import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command } from '../command.ts';
import { VERSIONS } from '../versions.ts';
import type { Image } from './image.ts';

/** Certificates this machine trusts. A build talks to the same registries as we do, so it must trust the same. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * By default npm waits five minutes for an answer that stalls, for each package anew. One build hung for more than an
 * hour; whether that was why is not known. Seconds instead, and more attempts.
 */
const NPM = ['fetch-timeout=20000', 'fetch-retries=6', 'fetch-retry-mintimeout=1000', 'fetch-retry-maxtimeout=15000'];

/** A bare Debian with the pinned Node and this machine's npm: our `node:24-bookworm-slim`. */
export function baseImage(): Image {
  const npm = join(command('npm', ['root', '--global'], { quiet: true }).trim(), 'npm');
  const tag = 'cluster-twin-test/base:latest';
  return {
    tag,
    variables: [],
    inputs: [import.meta.filename, join(npm, 'package.json'), ...[CERTIFICATES].filter((file) => existsSync(file))],
    pins: [VERSIONS.debian, process.version],
    build: (label, folder) => {
      const root = join(folder, 'root');
      command('debootstrap', ['--variant=minbase', VERSIONS.debian, root], { quiet: true });
      addNode(root, npm);
      slim(root);
      const changes = [`LABEL ${label}`, `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, 'CMD ["bash"]'];
      const archive = join(folder, 'root.tar');
      command('tar', ['--create', '--file', archive, '--directory', root, '.']);
      command('docker', ['import', ...changes.flatMap((change) => ['--change', change]), archive, tag], {
        quiet: true,
      });
    },
  };
}

function addNode(root: string, npm: string): void {
  const local = join(root, 'usr/local');
  cpSync(process.execPath, join(local, 'bin/node'));
  cpSync(npm, join(local, 'lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  mkdirSync(join(local, 'etc'), { recursive: true });
  writeFileSync(join(local, 'etc/npmrc'), `${NPM.join('\n')}\n`);
  mkdirSync(join(root, dirname(CERTIFICATES)), { recursive: true });
  if (existsSync(CERTIFICATES)) cpSync(CERTIFICATES, join(root, CERTIFICATES));
}

/** What every container would carry and none reads. */
function slim(root: string): void {
  const unread = ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale'];
  for (const path of unread) rmSync(join(root, path), { recursive: true, force: true });
}
