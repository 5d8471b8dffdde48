/** The longest delay `setTimeout` can hold (a 32-bit number of milliseconds); a longer one never rings. */
const LONGEST_MS = 2_147_483_647;

/**
 * Rings once, never early: libuv keeps whole milliseconds, so a bare `setTimeout` fires up to 0.75 ms before its time.
 * @param delayMs  Infinity never rings
 * @returns        takes the alarm back
 */
export function alarm(delayMs: number, ring: () => void): () => void {
  if (delayMs > LONGEST_MS) return () => {};
  const dueMs = performance.now() + delayMs;
  const check = (): void => {
    const leftMs = dueMs - performance.now();
    if (leftMs <= 0) ring();
    else timer = setTimeout(check, Math.ceil(leftMs));
  };
  let timer = setTimeout(check, Math.ceil(Math.max(0, delayMs)));
  return () => clearTimeout(timer);
}
