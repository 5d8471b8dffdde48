/** Proofs of fault: asked by the runtime's prober from the nodes whose pods use the broken part, written to the journal. */
import { placesOf } from '../../topology/load.ts';
import type { Topology } from '../../topology/schema.ts';
import { timer } from '../../topology/timers.ts';
import { faultNamed, type FaultName } from '../faults/index.ts';
import type { Witness, WitnessView } from '../faults/fault.ts';
import type { Stage } from '../runtimes/contract.ts';
import type { ProofEntry } from '../runtimes/entries.ts';

export type ProofStage = ProofEntry['stage'];
/** What one witness saw, as it stands in the journal. */
export type ProofLook = Omit<ProofEntry, 'play' | 'atMs'>;

/** What a witness may know of the topology. */
export function witnessView(topology: Topology): WitnessView {
  return {
    nodes: placesOf(topology, 'node'),
    serviceOf(workload) {
      const found = Object.entries(topology.services).find(([, service]) => service.workload === workload);
      const role = topology.workloads[workload]?.role ?? '';
      return found === undefined ? undefined : { id: found[0], port: found[1].port, role };
    },
  };
}

/** Witnesses of a fault as the scenario names it, whatever target the fault was really aimed at. */
export const witnessesOf = (topology: Topology, fault: FaultName, params: unknown): readonly Witness[] =>
  faultNamed(fault).witnesses(witnessView(topology), params);

/** All witnesses look once, at the same time. Before and after the fault the part must answer. */
export async function look(
  stage: Stage,
  as: string,
  witnesses: readonly Witness[],
  when: ProofStage,
): Promise<ProofLook[]> {
  return Promise.all(
    witnesses.map(async (witness) => {
      const expected = when === 'during' ? witness.during : (['answer'] as const);
      const answer = await stage.prober.ask(witness.from, witness.target, witness.question, timer('proof.patience').ms);
      const holds = (expected as readonly string[]).includes(answer.saw);
      return {
        kind: 'proof' as const,
        as,
        stage: when,
        from: witness.from,
        about: witness.about,
        question: witness.question,
        expected,
        answer,
        holds,
      };
    }),
  );
}
