/** Proofs of fault: asked by the runtime's prober from the nodes whose pods use the broken part, written to the journal. */
import { dnsServiceOf, placesOf } from '../../topology/load.ts';
import type { Topology } from '../../topology/schema.ts';
import { timer } from '../../topology/timers.ts';
import { faultNamed, type FaultName } from '../faults/index.ts';
import type { Look } from '../control/operations/operation.ts';
import type { Report, Reported, Sight, Witness, WitnessView } from '../faults/fault.ts';
import { isReady, type ClusterView, type PodReport } from '../control/pod.ts';
import type { Place, Stage } from '../runtimes/contract.ts';
import type { HeldSessions } from './held-sessions.ts';
import type { ProofEntry } from '../runtimes/entries.ts';

export type ProofStage = ProofEntry['stage'];
/** What one witness saw, as it stands in the journal. */
export type ProofLook = Omit<ProofEntry, 'play' | 'atMs'>;

/** What a witness may know of the topology. */
export function witnessView(topology: Topology): WitnessView {
  return {
    hostPortOf(workload) {
      const found = topology.workloads[workload];
      return found?.hostNetwork === true ? found.ports[0] : undefined;
    },
    servicePort: (service) => topology.services[service]?.port,
    pinnedServices: () =>
      Object.entries(topology.services).flatMap(([service, { workload, port }]) => {
        const { placement = 'spread', role = '' } = topology.workloads[workload] ?? {};
        return placement === 'spread' ? [] : [{ service, port, role, node: placement }];
      }),
    openPortOf: () =>
      Object.values(topology.workloads).find((one) => one.hostNetwork && one.kind === 'daemonset')?.ports[0],
    clusterName: `${dnsServiceOf(topology)?.[0] ?? 'kubernetes'}.default.svc.cluster.local`,
    nodes: placesOf(topology, 'node'),
    places: Object.keys(topology.places) as Place[],
    roleAt: (place) => Object.values(topology.externals).find((one) => one.place === place)?.role,
    serviceOf(workload) {
      const found = Object.entries(topology.services).find(([, service]) => service.workload === workload);
      if (found === undefined) return undefined;
      const { role = '', probes } = topology.workloads[workload] ?? {};
      const { ask, path } = probes?.readiness ?? {};
      return {
        id: found[0],
        port: found[1].port,
        role,
        isProbed: ask !== undefined,
        ...(ask === 'http' && path !== undefined && { readyPath: path }),
      };
    },
  };
}

/** Witnesses of a fault as the scenario names it, whatever target the fault was really aimed at. */
export const witnessesOf = (topology: Topology, fault: FaultName, params: unknown): readonly Witness[] =>
  faultNamed(fault).witnesses(witnessView(topology), params);

/** Why nobody could tell there whether the fault is in force; undefined: somebody can. */
export const unproven = (topology: Topology, fault: FaultName, params: unknown): string | undefined =>
  faultNamed(fault).unproven?.(witnessView(topology), params);

/**
 * A sight shows the moment; a report stands from when it came, which may be some time after the fault began; what shows at
 * the end is asked once.
 */
export type WitnessKind = 'sight' | 'report' | 'at-the-end';
export const kindOf = (witness: Witness): WitnessKind =>
  'reported' in witness ? 'report' : witness.atTheEnd === true ? 'at-the-end' : 'sight';

/** Where and when a fault is looked at. */
export interface Looking {
  readonly stage: Stage;
  readonly cluster: Pick<ClusterView, 'reports' | 'podsOf' | 'condition'>;
  readonly as: string;
  readonly when: ProofStage;
  /** When the fault began, stage time: what was reported before is not its doing. */
  readonly sinceMs: number;
  readonly sessions: HeldSessions;
}

async function sight({ stage, when, sessions }: Looking, witness: Sight) {
  const { from, about, question, status, patienceMs = timer('proof.patience').ms } = witness;
  const due = when === 'during' ? status?.during : status?.well;
  const answer =
    witness.held === true
      ? await sessions.ask(stage, when, witness)
      : await stage.prober.ask(from, witness.target, question, patienceMs);
  const expected = when === 'during' ? witness.during : (['answer'] as const);
  return { from, about, question, expected, answer, ...(due === undefined ? {} : { due }) };
}

const fits = (one: PodReport, wanted: Reported): boolean =>
  (Object.keys(wanted) as (keyof Reported)[]).every((key) => one[key] === wanted[key]);
/** One of which nothing is left, or soon: whatever stands in its place has another name. */
const isOver = ({ event }: PodReport): boolean => event === 'Terminating' || event === 'Deleted';
const REPORT_EXPECTED = { before: ['not-reported'], during: ['reported', 'recovered'], after: ['recovered'] } as const;

/** What was reported of the fault's doing, and whether each pod of it, or what replaced it, is well again. */
function report({ cluster, when, sinceMs }: Looking, topology: Topology, witness: Report) {
  const all = cluster.reports();
  const found = all.filter((one) => one.atMs >= sinceMs && fits(one, witness.reported));
  const isWell = ({ pod }: PodReport): boolean => {
    const last = all.findLast(
      (one) => one.pod === pod && (fits(one, witness.reported) || fits(one, witness.recovered) || isOver(one)),
    );
    if (last === undefined) return false;
    return isOver(last) ? isReady(cluster, last.workload) : fits(last, witness.recovered);
  };
  const saw = found.length === 0 ? 'not-reported' : found.every(isWell) ? 'recovered' : 'reported';
  const detail = found.map((one) => `${one.pod} exit ${one.exitCode}, ${one.reason}`).join('; ');
  const answer = { saw, detail, tookMs: 0 } as const;
  const expected = REPORT_EXPECTED[when];
  return { from: topology.server, about: witness.about, question: { ask: 'status' } as const, expected, answer };
}

/** `due`: the status that is to be answered; absent: any that says "well". */
type Seen = Pick<ProofEntry, 'from' | 'about' | 'question' | 'expected' | 'answer'> & { readonly due?: number };
const proofs = (as: string, stage: ProofStage, seen: readonly Seen[]): ProofLook[] =>
  seen.map(({ due, ...one }) => {
    // An answer that says "not well" is none.
    const { saw, status = 200 } = one.answer;
    const isWell = saw !== 'answer' || (due === undefined ? status < 400 : status === due);
    return { kind: 'proof', as, stage, ...one, holds: isWell && one.expected.includes(one.answer.saw) };
  });

/** All witnesses look once, at the same time. Before and after the fault the part must answer. */
export async function look(looking: Looking, topology: Topology, witnesses: readonly Witness[]): Promise<ProofLook[]> {
  const seen = witnesses.map((one) =>
    'reported' in one ? Promise.resolve(report(looking, topology, one)) : sight(looking, one),
  );
  return proofs(looking.as, looking.when, await Promise.all(seen));
}

/** The same for an operation, which says itself what must be seen when. */
export async function lookAt(stage: Stage, as: string, when: ProofStage, looks: readonly Look[]): Promise<ProofLook[]> {
  const seen = looks.map(async (one): Promise<Seen> => {
    if ('answer' in one) return { ...one, question: { ask: 'status' } };
    const { target, ...rest } = one;
    return { ...rest, answer: await stage.prober.ask(one.from, target, one.question, timer('proof.patience').ms) };
  });
  return proofs(as, when, await Promise.all(seen));
}
