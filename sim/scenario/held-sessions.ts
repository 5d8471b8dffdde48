/** Sessions with a database that were open before a fault: what became of them is seen by asking them again. */
import { timer } from '../../topology/timers.ts';
import type { Sight } from '../faults/fault.ts';
import type { Answer, Conversation, Stage } from '../runtimes/contract.ts';
import type { ProofEntry } from '../runtimes/entries.ts';

export class HeldSessions implements AsyncDisposable {
  private readonly open = new Map<string, Conversation>();

  /** Before the fault: on a session that is opened and kept; while it lasts: on that same one; after it: on a new one. */
  async ask(
    { prober }: Pick<Stage, 'prober'>,
    when: ProofEntry['stage'],
    { about, from, target, question }: Sight,
  ): Promise<Answer> {
    const patienceMs = timer('proof.patience').ms;
    if (when === 'after') await this.close(about);
    if (when === 'before' && !this.open.has(about)) {
      const opened = await prober.converse(from, target, 'sql').catch(() => undefined);
      if (opened !== undefined) this.open.set(about, opened);
    }
    const held = this.open.get(about);
    return held === undefined ? prober.ask(from, target, question, patienceMs) : held.ask(question, patienceMs);
  }
  private async close(about: string): Promise<void> {
    await this.open.get(about)?.[Symbol.asyncDispose]();
    this.open.delete(about);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    for (const about of [...this.open.keys()]) await this.close(about);
  }
}
