/** Reads a document in a process of its own and prints what that cost: CPU time and the most memory it ever held. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { examine } from '../../sim/documents/examine.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import honeydue from '../../topology/honeydue.ts';

const [file = ''] = process.argv.slice(2);
const folder = join(import.meta.dirname, '..', '..', 'scenarios');
const scenarios = await Promise.all(
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map(async (name) => ((await import(join(folder, name))) as { default: Scenario }).default),
);
const text = readFileSync(file, 'utf8');
const { tables, rows, figures, notes } = examine(text, {
  file: 'book.md',
  topology: honeydue,
  topologyFile: 'topology/honeydue.ts',
  scenarios,
  profile: 'physical',
});
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
process.stdout.write(
  JSON.stringify({
    tables,
    rows: rows.length,
    figures: figures.length,
    notes: notes.length,
    cpuMs: Math.round((userCPUTime + systemCPUTime) / 1_000),
    maxRssMiB: Math.round(maxRSS / 1_024),
  }),
);
