/** The few statistics that verdicts need. */

/** 95 % of a normal distribution lie within this many standard deviations. */
const Z95 = 1.959963984540054;

/** Wilson's 95 % interval of a share: `hits` of `n`. With n = 0 nothing is known: 0 to 1. */
export function wilson(hits: number, n: number): { low: number; high: number } {
  if (n === 0) return { low: 0, high: 1 };
  const share = hits / n;
  const z2 = Z95 * Z95;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** The value below which a share `p` of the sorted values lie (nearest rank); undefined of nothing. */
export function percentile(sorted: readonly number[], p: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * p) - 1)];
}
/** 95 % interval of a quantile of sorted values, by order statistics; undefined where there are too few values. */
export function quantileInterval(sorted: readonly number[], p: number): { low: number; high: number } | undefined {
  const n = sorted.length;
  const half = Z95 * Math.sqrt(n * p * (1 - p));
  const [low, high] = [sorted[Math.floor(n * p - half)], sorted[Math.ceil(n * p + half) - 1]];
  return n < 6 || low === undefined || high === undefined ? undefined : { low, high };
}
export const medianInterval = (sorted: readonly number[]): { low: number; high: number } | undefined =>
  quantileInterval(sorted, 0.5);
export const ascending = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
