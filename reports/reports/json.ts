/** summary.json: the summary as it is, in the shape of summary.schema.json. */
import type { RunSummary } from '../sim/scenario/summary.ts';

/** Indented JSON with a newline at its end. Keys whose value is unknown are absent. */
export const renderJson = (summary: RunSummary): string => `${JSON.stringify(summary, undefined, 2)}\n`;
