/** How many jobs wait for a worker, asked of Redis while a person plays. */
import type { Topology } from '../../../topology/schema.ts';
import { QUEUE_KEYS } from '../../behaviour/queue.ts';
import type { Staged } from '../../scenario/stage.ts';

/** As often as a line is shown. */
const EVERY_MS = 1_000;
const PATIENCE_MS = 500;

export class Jobs {
  /** Undefined when no Redis gave an answer. */
  waiting: number | undefined;
  private readonly topology: Topology;
  private readonly staged: Staged;
  constructor(topology: Topology, staged: Staged) {
    this.topology = topology;
    this.staged = staged;
  }

  /** Asks again and again, until the signal ends it. */
  async watch(signal: AbortSignal): Promise<never> {
    for (;;) {
      this.waiting = await this.ask();
      await this.staged.stage.clock.sleep('scenario.step', EVERY_MS, signal);
    }
  }

  /** Each Redis from its own node: a link that is down elsewhere does not hide what waits in it. */
  private async ask(): Promise<number | undefined> {
    const { cluster, stage } = this.staged;
    const question = { ask: 'length', list: QUEUE_KEYS.pending } as const;
    const asked = Object.entries(this.topology.workloads)
      .filter(([, { role }]) => role === 'redis')
      .flatMap(([id, { ports }]) => cluster.podsOf(id).map((pod) => ({ pod, port: ports[0] ?? 6379 })))
      .map((target) => stage.prober.ask(cluster.nodeOf(target.pod), target, question, PATIENCE_MS));
    const lengths = (await Promise.all(asked)).filter(({ saw }) => saw === 'answer').map((one) => Number(one.detail));
    return lengths.length === 0 ? undefined : lengths.reduce((sum, one) => sum + one, 0);
  }
}
