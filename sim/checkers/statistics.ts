/** The few statistics that verdicts need. */

/** 95 % of a normal distribution lie within this many standard deviations. */
const Z95 = 1.959963984540054;

/** Wilson's 95 % interval of a share: `hits` of `n`, which lies within it. With n = 0 nothing is known: 0 to 1. */
export function wilson(hits: number, n: number): Bounds {
  if (n === 0) return { low: 0, high: 1 };
  const share = hits / n;
  const z2 = Z95 * Z95;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  // None and all are ends of their intervals; rounding would put some of them outside.
  return { low: hits === 0 ? 0 : centre - half, high: hits === n ? 1 : centre + half };
}

/** The value below which a share `p` of the sorted values lie (nearest rank); undefined of nothing. */
export function percentile(sorted: readonly number[], p: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * p) - 1)];
}
interface Bounds {
  readonly low: number;
  readonly high: number;
}
/** What lies within 1.96 times `spread`, a standard deviation in ranks, of a quantile; undefined where that is more than there is. */
function around(sorted: readonly number[], p: number, spread: number): Bounds | undefined {
  const n = sorted.length;
  const half = Z95 * spread;
  const [low, high] = [sorted[Math.floor(n * p - half)], sorted[Math.ceil(n * p + half) - 1]];
  return n < 6 || low === undefined || high === undefined ? undefined : { low, high };
}
const binomial = (n: number, p: number): number => Math.sqrt(n * p * (1 - p));

/** 95 % interval of a quantile of sorted values, by order statistics; undefined where there are too few values. */
export const quantileInterval = (sorted: readonly number[], p: number): Bounds | undefined =>
  around(sorted, p, binomial(sorted.length, p));

/** A value, and with which others it shares its fate: requests on one way through a cluster are slow together. */
export interface Grouped {
  readonly value: number;
  readonly group: string;
}
/**
 * The same of values in groups: where whole groups lie on one side of the quantile, it is known as well as there are
 * groups, not values (the cluster-robust variance of a share, k/(k-1) for k groups). Never narrower than without groups.
 */
export function groupedInterval(values: readonly Grouped[], p: number): Bounds | undefined {
  const sorted = ascending(values.map((one) => one.value));
  const cut = percentile(sorted, p) ?? Number.NaN;
  const below = (some: readonly Grouped[]): number => some.filter((one) => one.value <= cut).length;
  const share = below(values) / values.length;
  const groups = [...Map.groupBy(values, (one) => one.group).values()];
  const squares = groups.reduce((sum, own) => sum + (below(own) - share * own.length) ** 2, 0);
  const spread = groups.length < 2 ? 0 : Math.sqrt((squares * groups.length) / (groups.length - 1));
  return around(sorted, p, Math.max(spread, binomial(values.length, p)));
}
export const medianInterval = (sorted: readonly number[]): Bounds | undefined => quantileInterval(sorted, 0.5);
export const ascending = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);
