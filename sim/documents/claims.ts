/** What a document claims about a scenario: a row of its failure tables, or its latency figures. */
import type { Topology } from '../../topology/schema.ts';
import type { Claim } from '../runtimes/entries.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { claimsFor } from './failure-table.ts';
import { figureClaims } from './ways.ts';

export const claimsOf = (markdown: string, file: string, scenario: Scenario, topology: Topology): Claim[] =>
  scenario.plays === 'figures'
    ? figureClaims(markdown, file, scenario.id, topology)
    : claimsFor(markdown, file, scenario, topology);
