/** `twin explain ID`: statement, reading, fault, proof of fault, what flips it, sources; without playing anything. */
import type { Command } from 'commander';
import type { Topology } from '../../../topology/schema.ts';
import type { Claim } from '../../runtimes/entries.ts';
import { isProven, type ProvenAction } from '../../scenario/method.ts';
import { operationNamed, operationTitle } from '../../control/operations/index.ts';
import type { Reported, Witness } from '../../faults/fault.ts';
import { faultNamed } from '../../faults/index.ts';
import { flipsOf } from '../../scenario/flips.ts';
import { duration, figureReading, readingOf, waysOf } from '../../scenario/phrases.ts';
import { actionsOf, topologyOf, type Scenario } from '../../scenario/scenario.ts';
import { witnessesOf } from '../../scenario/witness.ts';
import { chooseScenarios, loadClaims, loadTopology } from '../catalogue.ts';
import type { Run } from '../main.ts';
import { addSuiteOptions } from '../options.ts';
import { openSuite, type SuiteOptions } from '../suite.ts';

function methodLines(scenario: Scenario): string[] {
  return Object.entries(scenario.variants).flatMap(([id, variant]) => [
    `  ${id}: ${variant.title}${variant.unsaid === true ? ' (no row of the book is about it)' : ''}`,
    ...Object.entries(variant.set).map(([path, value]) => `    with ${path} = ${String(value)}`),
    ...variant.steps.map((step) => {
      const acts = step.do.map((one) =>
        'fault' in one
          ? faultNamed(one.fault).title(one.params)
          : 'heal' in one
            ? `heal ${one.heal}`
            : operationTitle(one.operate, one.params),
      );
      return `    ${duration(step.lastsMs).padEnd(6)} ${step.phase.padEnd(8)} ${step.name}${(step.waits ?? []).map((name) => `, + ${name}`).join('')}${acts.length > 0 ? `: ${acts.join(', ')}` : ''}${step.counts === false ? ' (what is sent in it does not count)' : ''}`;
    }),
  ]);
}
const said = ({ workload: _workload, ...rest }: Reported): string => Object.values(rest).join(' ');
/** How a fault is seen: one line for all that ask the same, one for each report. */
function seenBy(witnesses: readonly Witness[]): string[] {
  const reports = witnesses.flatMap((one) =>
    'reported' in one
      ? [`the cluster reports of ${one.about}: ${said(one.reported)}; before it none, after it ${said(one.recovered)}`]
      : [],
  );
  const sights = witnesses.flatMap((one) => ('reported' in one ? [] : [one]));
  const alike = Map.groupBy(sights, ({ question, during, atTheEnd }) => {
    const isWell = during.every((one) => one === 'answer');
    const when = atTheEnd === true ? 'in the end' : 'during';
    const seen = isWell ? 'all the while an answer' : `before and after an answer, ${when}: ${during.join(' or ')}`;
    return [question.ask, seen].join('|');
  });
  const looks = [...alike].map(([key, own]) => {
    const [ask, seen] = key.split('|');
    return `${ask} ${own.map((one) => one.about).join(', ')}: ${seen}`;
  });
  return [...reports, ...looks];
}
function proofOf(topology: Topology, action: ProvenAction): string[] {
  if ('fault' in action) return seenBy(witnessesOf(topology, action.fault, action.params));
  const { proof, params } = operationNamed(action.operate);
  return proof === undefined ? [] : [`before it each pod answers; ${proof.title(params.parse(action.params))}`];
}
function proofLines(topology: Topology, scenario: Scenario): string[] {
  const lines = Object.entries(scenario.variants).flatMap(([id, variant]) => {
    const changed = topologyOf(topology, scenario, id);
    return actionsOf(variant)
      .filter(isProven)
      .flatMap((one) => proofOf(changed, one))
      .map((line) => `  ${id}: ${line}`);
  });
  return [...new Set(lines)];
}

function flipLines(topology: Topology, scenario: Scenario): string[] {
  return Object.keys(scenario.variants).flatMap((id) =>
    flipsOf(topology, scenario, id).map(
      ({ says, set, to }) => `  ${id}: ${says} (${set === undefined ? `variant ${to}` : `--set ${set}`})`,
    ),
  );
}

const ABOUT = { sees: 'users see', recovers: 'recovery ', figure: 'latency  ' } as const;
const NOTHING_BROKEN =
  '  nothing is broken: a figure needs enough requests on such connections, and none faster than the assumed delays';
const figureLine = ({ figure, source }: Claim): string[] =>
  figure === undefined
    ? []
    : [
        `  ${source.text}: ${waysOf(figure)
          .map((oneWay) => figureReading(figure, oneWay))
          .join(', or ')}`,
      ];

export function explain(program: Command, run: Run): void {
  const command = program
    .command('explain')
    .argument('<id>', 'a scenario; all: twin list')
    .description('what a scenario asks, how it is played and how its fault is proven')
    .action((id: string, options: SuiteOptions) =>
      run(async () => {
        const suite = openSuite(options);
        const topology = await loadTopology(suite);
        const [scenario] = await chooseScenarios(suite, topology, [id]);
        if (scenario === undefined) throw new Error(`${id} was chosen and is not there`);
        const journeys = Object.fromEntries(
          Object.entries(topology.journeys).map(([key, j]) => [
            key,
            { title: j.title, enqueues: j.enqueues, writes: j.writes },
          ]),
        );
        const flips = flipLines(topology, scenario);
        const claims = loadClaims(suite, topology, [scenario]);
        const lines = [
          `${scenario.title}. ${scenario.about}`,
          '',
          'THE BOOK SAYS',
          ...claims.map(
            (claim) => `  ${ABOUT[claim.about]}  "${claim.source.text}"  ${claim.source.file}:${claim.source.line}`,
          ),
          'WE READ IT AS',
          ...claims.flatMap((claim) => [
            ...claim.predicates.map((predicate) => `  ${readingOf(predicate, journeys)}`),
            ...figureLine(claim),
          ]),
          'BEFORE THE FAULT',
          ...scenario.hypothesis.map(
            (predicate) =>
              `  ${readingOf(JSON.parse(JSON.stringify(predicate)) as Parameters<typeof readingOf>[0], journeys)}, else nothing is judged`,
          ),
          'METHOD',
          ...methodLines(scenario),
          'PROOF OF FAULT',
          ...(scenario.plays === 'figures' ? [NOTHING_BROKEN] : proofLines(topology, scenario)),
          ...(flips.length === 0 ? [] : ['WHAT FLIPS IT', ...flips]),
          'SOURCES',
          ...scenario.sources.map((source) => `  ${source}`),
        ];
        process.stdout.write(`${lines.join('\n')}\n`);
        return 0;
      }),
    );
  addSuiteOptions(command);
}
