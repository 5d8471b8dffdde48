/** What is done to a cluster while it is played, by a scenario's steps or by a person's hand; each act is noted. */
import type { Topology } from '../../topology/schema.ts';
import type { Cluster } from '../control/cluster.ts';
import { operate, operationNamed, operationTitle } from '../control/operations/index.ts';
import type { Standing } from '../control/operations/operation.ts';
import { faultNamed } from '../faults/index.ts';
import { SimError } from '../errors.ts';
import type { Runtime, Stage } from '../runtimes/contract.ts';
import { HeldSessions } from './held-sessions.ts';
import type { Action } from './scenario.ts';
import type { Note } from './stage.ts';
import { kindOf, look, lookAt, witnessesOf, type ProofLook, type ProofStage, type WitnessKind } from './witness.ts';

export type Mode = 'normal' | 'placebo' | 'sabotage';
export type FaultAction = Extract<Action, { fault: unknown }>;
type OperateAction = Extract<Action, { operate: unknown }>;
/** What is claimed to have happened, so that it has to be seen: every fault, and operations that bear a name. */
type NamedOperation = OperateAction & { readonly as: string };
export type ProvenAction = FaultAction | NamedOperation;
export const isProven = (action: Action): action is ProvenAction => 'as' in action && action.as !== undefined;
export interface MethodOptions {
  readonly topology: Topology;
  readonly stage: Stage;
  readonly cluster: Cluster;
  readonly note: Note;
  readonly mode: Mode;
  /** What `--sabotage` puts over the params of an action. */
  readonly decoy: Readonly<Record<string, string | number>>;
}

/**
 * Ends what was begun in this order, the youngest first: it may stand in the way of ending an older one.
 * @throws the first failure, when all the others have ended
 */
export async function youngestFirst<T>(begun: readonly T[], end: (one: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const one of begun.toReversed()) await end(one).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

export class Method {
  private readonly active = new Map<string, AsyncDisposable>();
  private readonly aims = new Map<string, FaultAction>();
  /** When each fault was begun or withheld, stage time. */
  private readonly begun = new Map<string, number>();
  /** Pods of its workload when an operation began. */
  private readonly standing = new Map<string, readonly Standing[]>();
  private readonly sessions = new HeldSessions();
  private readonly options: MethodOptions;
  constructor(options: MethodOptions) {
    this.options = options;
  }

  /** Looks at what was done, whether it is done or withheld. */
  async prove(actions: readonly ProvenAction[], when: ProofStage, by?: readonly WitnessKind[]): Promise<void> {
    for (const proof of await this.looks(actions, when, by)) this.options.note(proof);
  }

  /** The same looks, not noted. */
  async looks(actions: readonly ProvenAction[], when: ProofStage, by?: readonly WitnessKind[]): Promise<ProofLook[]> {
    const all: ProofLook[] = [];
    for (const action of actions)
      all.push(...('fault' in action ? await this.atFault(action, when, by) : await this.atOperation(action, when)));
    return all;
  }
  private atFault(
    { as, fault, params }: FaultAction,
    when: ProofStage,
    by?: readonly WitnessKind[],
  ): Promise<ProofLook[]> {
    const { topology, stage, cluster } = this.options;
    const witnesses = witnessesOf(topology, fault, params).filter(
      (one) => by === undefined || by.includes(kindOf(one)),
    );
    const sinceMs = this.begun.get(as) ?? 0;
    return look({ stage, cluster, as, when, sinceMs, sessions: this.sessions }, topology, witnesses);
  }
  /** Whether a fault shows itself only when something else has happened. */
  showsAtTheEnd = ({ fault, params }: FaultAction): boolean =>
    witnessesOf(this.options.topology, fault, params).some((one) => kindOf(one) === 'at-the-end');
  private atOperation({ as, operate: name, params }: NamedOperation, when: ProofStage): Promise<ProofLook[]> {
    const { topology, stage, cluster } = this.options;
    const operation = operationNamed(name);
    const before = this.standing.get(as) ?? [];
    const looks = operation.proof?.looks(when, { topology, cluster, params: operation.params.parse(params), before });
    return lookAt(stage, as, when, looks ?? []);
  }

  async act(action: Action): Promise<void> {
    if ('fault' in action) return this.apply(action);
    if ('heal' in action) return this.heal(action.heal);
    return this.operate(action);
  }
  private async operate({ operate: operation, params: wanted, as }: OperateAction): Promise<void> {
    const { cluster, mode, note } = this.options;
    const params = this.aimed(wanted, 'operation');
    const withheld = mode === 'placebo';
    if (as !== undefined) this.standing.set(as, this.podsOf(wanted));
    note({
      kind: 'operation',
      ...(as === undefined ? {} : { as }),
      operation,
      title: operationTitle(operation, params),
      params,
      state: withheld ? 'withheld' : 'done',
    });
    if (!withheld) await operate(cluster, operation, params);
  }
  private podsOf(params: unknown): Standing[] {
    const { cluster } = this.options;
    const { workload = '' } = params as { workload?: string };
    return cluster.podsOf(workload).map((pod) => ({ pod, node: cluster.nodeOf(pod) }));
  }

  /**
   * What `--sabotage` makes of an action: the same on the scenario's decoy. An operation takes no more than it names; a
   * fault may be given what it can do without (a firewall's `from`).
   */
  private aimed(params: unknown, kind: 'fault' | 'operation'): unknown {
    const { mode, decoy } = this.options;
    if (mode !== 'sabotage') return params;
    const taken = Object.entries(decoy).filter(([key]) => kind === 'fault' || Object.hasOwn(params as object, key));
    return { ...(params as object), ...Object.fromEntries(taken) };
  }

  private async apply(action: FaultAction): Promise<void> {
    const { stage, cluster, note, mode } = this.options;
    const params = this.aimed(action.params, 'fault');
    this.aims.set(action.as, action);
    this.begun.set(action.as, stage.clock.nowMs());
    const entry = { kind: 'fault', as: action.as, fault: action.fault, params } as const;
    if (mode === 'placebo') return note({ ...entry, state: 'withheld' });
    this.active.set(action.as, await faultNamed(action.fault).apply(stage, cluster, params));
    note({ ...entry, state: 'applied' });
  }

  /** @throws SimError when it can not be healed; it is in force then, and can be healed again */
  async heal(as: string): Promise<void> {
    await this.active.get(as)?.[Symbol.asyncDispose]();
    this.active.delete(as);
    const action = this.aims.get(as);
    if (action === undefined) return;
    const { fault, params } = action;
    this.options.note({ kind: 'fault', as, fault, params, state: 'healed' });
  }

  /** @throws the first that can not be healed, when the others are */
  async healAll(): Promise<void> {
    try {
      await youngestFirst([...this.active.keys()], (as) => this.heal(as));
    } finally {
      await this.sessions[Symbol.asyncDispose]();
    }
  }

  /** Faults that were applied and not healed, the oldest first. */
  inForce(): FaultAction[] {
    return [...this.active.keys()].flatMap((as) => this.aims.get(as) ?? []);
  }
}

/** Refuses, by name, what the runtime cannot do; before anything is done. @throws SimError `SIM_NOT_MODELLED` */
export function refuseUnmodelled(runtime: Runtime, actions: readonly Action[]): void {
  for (const action of actions) {
    if (!('fault' in action)) continue;
    for (const capability of faultNamed(action.fault).needs) {
      const reason = runtime.lacks(capability);
      if (reason !== undefined)
        throw new SimError(
          'SIM_NOT_MODELLED',
          `runtime "${runtime.name}" cannot do "${capability}", which fault "${action.fault}" needs: ${reason}`,
          { hint: 'choose another runtime with --runtime' },
        );
    }
  }
}
