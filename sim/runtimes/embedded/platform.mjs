/**
 * Where the embedded runtime can run, decided without anything installed: the first command of a fresh clone asks this
 * before it fetches a single package. Plain JavaScript for Node 20 and newer.
 */
import { readdirSync } from 'node:fs';

/** What to type where it cannot. */
export const INSTEAD = 'docker build -t cluster-twin . && docker run --rm -it cluster-twin';

/** Postgres and Node are fetched from npm for these. */
const ARCHITECTURES = ['x64', 'arm64'];
const SYSTEMS = { darwin: 'macOS', win32: 'Windows' };

/**
 * @param {{ platform?: string, arch?: string, musl?: boolean }} [host] absent: this one
 * @returns {string | undefined} one sentence that says why not; undefined where it can run
 */
export function platformBlocker({ platform = process.platform, arch = process.arch, musl } = {}) {
  if (platform !== 'linux') return `the embedded runtime needs Linux, and this is ${SYSTEMS[platform] ?? platform}`;
  if (!ARCHITECTURES.includes(arch)) return `the embedded runtime needs an x64 or arm64 processor, and this is ${arch}`;
  if (musl ?? isMusl()) return 'the embedded runtime needs glibc, and this Linux has musl (Alpine)';
  return undefined;
}

/** musl's loader is there and glibc's is not. */
function isMusl() {
  const names = ['/lib', '/lib64'].flatMap((folder) => {
    try {
      return readdirSync(folder, { recursive: false });
    } catch {
      return [];
    }
  });
  return names.some((name) => name.startsWith('ld-musl-')) && !names.some((name) => name.startsWith('ld-linux-'));
}
