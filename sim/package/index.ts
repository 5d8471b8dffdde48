/**
 * `import … from 'cluster-twin'`: what a suite's files are written with, and rehearsals for programs.
 *
 *   defineTopology, defineScenario   check a topology or a scenario, all faults at once
 *   rehearse                         plays scenarios: `twin rehearse` as a function
 *
 * Tests of a suite are made by `cluster-twin/vitest`.
 */
export { defineTopology } from '../../topology/load.ts';
export type { Topology, TopologyInput } from '../../topology/schema.ts';
export { defineScenario, type Scenario } from '../scenario/scenario.ts';
export type { RunSummary, ScenarioResult, Statement, Unmentioned } from '../scenario/summary.ts';
export { TwinError } from './command.ts';
export { rehearse, type RehearseOptions, type SuiteOptions } from './rehearse.ts';
