/**
 * The only source of chance. One seed gives one history; each link, pod and load source draws from its own generator,
 * split from the run's seed by name, so that a new draw in one place shifts no other.
 */
export interface Prng {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, n). */
  below(n: number): number;
  /** A generator of its own, decided by this one's seed and the name only. */
  split(name: string): Prng;
}

/** 32-bit FNV-1a over the UTF-16 units of a string. */
function hash(text: string, seed: number): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h >>> 0;
}

/** A generator from a whole-number seed (sfc32, 128 bits of state, warmed up by twelve draws). */
export function createPrng(seed: number): Prng {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let counter = 1;
  const draw = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) draw();
  return { next: draw, below: (n) => Math.floor(draw() * n), split: (name) => createPrng(hash(name, seed)) };
}
