/** A lock that one process at a time holds, and that is free again when its owner is gone, however it went. */
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** A lock that does not say when its owner started may name another process by now: it counts as long as an installation may take. */
const LONGEST_MS = 3_600_000;

/**
 * @param {string} lock a file that names its owner: its pid and, where there is /proc, when it started (`71-4711`)
 * @returns {boolean} true when this process has it now
 */
export function takeLock(lock) {
  if (createLock(lock)) return true;
  if (!isDead(lock)) return false;
  // One alone may remove it, and looks again first: by now another may have removed it and taken the lock.
  const removal = `${lock}.removal`;
  if (!takeLock(removal)) return false;
  try {
    if (isDead(lock)) rmSync(lock);
  } finally {
    releaseLock(removal);
  }
  return createLock(lock);
}

export function releaseLock(lock) {
  rmSync(lock, { force: true });
}

/** A link appears with its content: a full disk or a kill in between leaves no lock without an owner. */
function createLock(lock) {
  const startTicks = startTicksOf('self');
  const owner = startTicks === undefined ? String(process.pid) : `${process.pid}-${startTicks}`;
  const file = `${lock}.${owner}`;
  try {
    writeFileSync(file, owner);
    linkSync(file, lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(file, { force: true });
  }
}

/** Read twice: an owner that ends in order releases the lock before, and then it may be another's. */
function isDead(lock) {
  const owner = ownerOf(lock);
  return owner !== undefined && !isAlive(owner, lock) && ownerOf(lock) === owner;
}

/** Empty for a lock that cannot be read, undefined where there is none. */
function ownerOf(lock) {
  try {
    return readFileSync(lock, 'utf8');
  } catch (error) {
    return error.code === 'ENOENT' ? undefined : '';
  }
}

function isAlive(owner, lock) {
  const [, pid, startTicks] = /^([1-9]\d*)(?:-(\d+))?$/.exec(owner) ?? [];
  if (pid === undefined) return false;
  if (startTicks !== undefined) return startTicksOf(pid) === startTicks;
  const takenAtMs = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (Date.now() - takenAtMs > LONGEST_MS) return false;
  try {
    return process.kill(Number(pid), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat; undefined for a process that is gone or only waits to be collected, and without /proc. */
function startTicksOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 2, the name, may hold blanks and parentheses: fields are counted from the last parenthesis.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}
