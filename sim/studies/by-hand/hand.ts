/**
 * What a person may do to a running twin. Each act is noted in the journal; what it did is looked at with a witness's
 * eyes before anything is said of it. Acts follow one another; what is asked meanwhile does not wait.
 */
import { SimError } from '../../errors.ts';
import type { FaultAction, Method } from '../../scenario/method.ts';
import { refuseUnmodelled } from '../../scenario/method.ts';
import { PROOF_PERIOD_MS } from '../../scenario/play.ts';
import type { Staged } from '../../scenario/stage.ts';
import { isReport } from '../../scenario/judge.ts';
import type { ProofLook } from '../../scenario/witness.ts';
import { aim, faultsOf, partNamed, partOf, type Aim, type BreakWords, type World } from './aim.ts';
import { Jobs } from './jobs.ts';
import { Secret } from './secret.ts';
import type { Users } from './users.ts';
import { isReady, logLines, nodesOf, partsOf, type BrokenView, type HandView } from './view.ts';
import * as words from './words.ts';

export type Say = (line: string) => void;
export interface HandOptions {
  readonly world: World;
  readonly staged: Staged;
  readonly method: Method;
  readonly users: Users;
  /** Wall time of an instant, as people say it: "14:02:30". */
  readonly timeOfDay: (atMs: number) => string;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}
/** What an act was about, when it was done, and which act it was. */
interface Done {
  readonly faults: readonly FaultAction[];
  readonly fromMs: number;
  readonly act: number;
}
/** A healed part has this long to answer again: past the longest back-off that a short play can have run up. */
const ANSWERS_WITHIN_MS = 60_000;
/** After a restart the old fault is told from a slow start within this. */
const RESTARTED_WITHIN_MS = 12_000;
/** Users are waited for this long before the person is told that they are not served yet. */
const SERVED_WITHIN_MS = 20_000;
const LOOK_AGAIN_MS = 100;

const usage = (message: string, hint: string): SimError => new SimError('SIM_USAGE', message, { hint });

export class Hand {
  readonly options: HandOptions;
  private readonly broken = new Map<string, BrokenView & { readonly isSecret: boolean }>();
  private secret: Secret | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  /** Counts acts: what was being looked at when one began says nothing about either side of it. */
  private acts = 0;
  /** Parts that are being restarted: whether their fault is still in force is not known yet. */
  private readonly restarting = new Set<string>();
  readonly jobs: Jobs;
  constructor(options: HandOptions) {
    this.options = options;
    this.jobs = new Jobs(options.world.topology, options.staged);
  }

  // ── acts ──
  /** @throws SimError `SIM_UNKNOWN_PART`, `SIM_USAGE`, `SIM_NOT_MODELLED`; nothing was done then */
  async break(what: BreakWords, say: Say): Promise<void> {
    const aimed = aim(this.options.world, what);
    refuseUnmodelled(this.options.world.runtime, aimed.actions);
    if (this.secret !== undefined) throw this.secretFirst();
    this.refuseTwice(aimed);
    const looks = await this.inTurn(() => this.carryOut(aimed, false));
    const faults = faultsOf(aimed.actions);
    if (faults.length === 0) return say(`${aimed.title}: done. what became of it: npx twin status`);
    const since = this.options.timeOfDay(this.broken.get(faults[0]?.as ?? '')?.sinceMs ?? 0);
    const as = faults.map((one) => one.as);
    say(words.broken(aimed.title, since, looks, as));
  }

  /** Hides one of the scenarios' faults. */
  async hide(seed: number, say: Say): Promise<void> {
    if (this.secret !== undefined) throw this.secretFirst();
    if (this.broken.size > 0) throw usage('something is broken already', 'npx twin heal first');
    const { staged, users, world } = this.options;
    const secret = new Secret(world, seed, staged.nowMs(), { total: users.total, failed: users.failed });
    this.secret = secret;
    staged.note({ kind: 'act', text: `secret incident, seed ${seed}` });
    await this.inTurn(() => this.carryOut(secret.aim, true));
    say('something is broken. say npx twin guess LAYER when you know, npx twin hint costs a point');
  }

  /** Without a part: all that is broken; a secret is given up by it. */
  async heal(part: string | undefined, say: Say): Promise<void> {
    if (part !== undefined && this.secret !== undefined) throw this.secretFirst();
    if (part !== undefined && !this.broken.has(part)) {
      const known = [...this.broken.keys()];
      if (!(part in this.options.world.topology.workloads) && known.length === 0)
        partNamed(this.options.world.topology, part);
      throw usage(`${part} is not broken`, known.length === 0 ? 'nothing is' : `broken: ${known.join(', ')}`);
    }
    if (this.broken.size === 0) throw usage('nothing is broken', 'break something first: npx twin break PART --FAULT');
    const given = this.secret;
    this.secret = undefined;
    const all = this.options.method.inForce().filter((one) => part === undefined || one.as === part);
    const healed = await this.inTurn(async () => {
      const faults = all.filter((one) => this.broken.has(one.as));
      if (faults.length === this.broken.size) this.step(`${faults.map((one) => one.as).join(', ')} healed`, 'after');
      for (const { as } of faults) await this.mend(as);
      return { faults, fromMs: this.options.staged.nowMs(), act: this.acts };
    });
    if (given !== undefined) say(`given up: it was ${given.scenario.id} (${given.aim.title})`);
    await this.afterwards(healed, 'healed', say);
  }

  /** Replaces a part's pods; a fault that went with them is healed, one that did not stays in force. */
  async restart(part: string, say: Say): Promise<void> {
    partNamed(this.options.world.topology, part);
    const { method, staged } = this.options;
    this.restarting.add(part);
    try {
      const restarted = await this.inTurn(async () => {
        const faults = method.inForce().filter((one) => partOf(one) === part);
        if (faults.length > 0 && faults.length === this.broken.size) this.step(`${part} restarted`, 'after');
        const fromMs = staged.nowMs();
        await method.act({ operate: 'restart', params: { workload: part } });
        return { faults, fromMs, act: this.acts };
      });
      await this.afterRestart(part, restarted, say);
    } finally {
      this.restarting.delete(part);
    }
  }
  private async afterRestart(part: string, restarted: Done, say: Say): Promise<void> {
    const { faults, act } = restarted;
    const { method } = this.options;
    await this.until(() => Promise.resolve(isReady(this.options.staged.cluster, part)), ANSWERS_WITHIN_MS);
    const isGone = await this.until(async () => this.hold(await method.looks(faults, 'after')), RESTARTED_WITHIN_MS);
    if (act !== this.acts) return say(`${part} restarted`);
    if (isGone) {
      for (const { as } of faults) await this.mend(as);
      return this.afterwards(restarted, `${part} restarted`, say);
    }
    if (faults.length === this.broken.size)
      this.step(faults.map((one) => this.broken.get(one.as)?.title ?? one.as).join(', '), 'during');
    say(`${part} restarted, and it does not answer: what is broken outlives its pods. npx twin heal`);
  }

  hint(say: Say): void {
    const secret = this.running();
    const [first] = faultsOf(secret.aim.actions);
    const look = first === undefined ? undefined : this.lastLooks.find((one) => one.as === first.as);
    const hint = secret.hint(
      look === undefined ? 'a connection' : `${look.question.ask} from ${look.from}: ${words.sawOf(look)}`,
    );
    this.options.staged.note({ kind: 'act', text: `hint ${secret.hints}` });
    say(`${hint}. ${secret.points} points left`);
  }

  guess(layer: string, say: Say): void {
    const secret = this.running();
    const isRight = secret.guess(layer);
    const { staged, users } = this.options;
    staged.note({ kind: 'act', text: `guess ${layer}: ${isRight ? 'right' : 'wrong'}` });
    if (!isRight)
      return say(`wrong. ${secret.wrong} so far, ${secret.points} points left. npx twin hint costs another`);
    this.secret = undefined;
    for (const [as, one] of this.broken) this.broken.set(as, { ...one, isSecret: false });
    say(
      words.solved(secret, staged.nowMs() - secret.sinceMs, {
        total: users.total - secret.before.total,
        failed: users.failed - secret.before.failed,
      }),
    );
  }

  // ── looks ──
  view(): HandView {
    const { staged, users, world } = this.options;
    return {
      users: users.view(staged.nowMs()),
      nodes: nodesOf(world.topology, staged.cluster),
      parts: partsOf(world.topology, staged.cluster),
      queue: this.jobs.waiting,
      broken: [...this.broken.values()].filter((one) => !one.isSecret),
      isSecret: this.secret !== undefined,
    };
  }
  async logs(part: string, lines: number, say: Say): Promise<void> {
    for (const line of await logLines(this.options.staged.cluster, partNamed(this.options.world.topology, part), lines))
      say(line);
  }

  /** Looks at what is in force, again and again, until the signal ends it. */
  async watch(): Promise<void> {
    const { staged, signal, method } = this.options;
    for (;;) {
      await staged.stage.clock.sleep('scenario.step', PROOF_PERIOD_MS, signal);
      const act = this.acts;
      const inForce = method.inForce().filter((one) => !this.restarting.has(partOf(one) ?? ''));
      const looks = await method.looks(inForce, 'during');
      if (act === this.acts) this.noted(looks);
    }
  }
  /** From now on what users see is the steady state, unless something is broken already. */
  warmedUp(): void {
    if (this.acts === 0) this.step('steady state', 'before');
  }
  /** Heals what is still broken, as the last act. */
  async end(): Promise<void> {
    if (this.broken.size > 0) await this.heal(undefined, () => undefined);
  }

  // ── how ──
  private lastLooks: readonly ProofLook[] = [];
  private noted(looks: readonly ProofLook[]): void {
    for (const one of looks) this.options.staged.note(one);
    if (looks.length > 0) this.lastLooks = looks;
  }
  private step(step: string, phase: 'before' | 'during' | 'after'): void {
    this.options.staged.note({ kind: 'step', step, phase });
  }
  private hold = (looks: readonly ProofLook[]): boolean => looks.every((one) => one.holds);

  private async carryOut(aimed: Aim, isSecret: boolean): Promise<readonly ProofLook[]> {
    const { method, staged } = this.options;
    const faults = faultsOf(aimed.actions);
    await method.prove(faults, 'before');
    if (faults.length > 0) this.step(aimed.title, 'during');
    for (const action of aimed.actions) {
      await method.act(action);
      if ('fault' in action)
        this.broken.set(action.as, { as: action.as, title: aimed.title, sinceMs: staged.nowMs(), isSecret });
    }
    // What the cluster reports comes when its kubelet has seen it.
    let looks: readonly ProofLook[] = [];
    await this.until(
      async () => this.hold((looks = await method.looks(faults, 'during'))) || !looks.some(isReport),
      ANSWERS_WITHIN_MS,
    );
    this.noted(looks);
    return looks;
  }
  private async mend(as: string): Promise<void> {
    await this.options.method.heal(as);
    this.broken.delete(as);
  }
  /** After what should have ended faults: does the part answer, are users served; said and noted. */
  private async afterwards({ faults, fromMs, act }: Done, what: string, say: Say): Promise<void> {
    const { method, staged, users } = this.options;
    const nowMs = staged.nowMs;
    let looks: readonly ProofLook[] = [];
    const answers = await this.until(
      async () => this.hold((looks = await method.looks(faults, 'after'))),
      ANSWERS_WITHIN_MS,
    );
    if (act !== this.acts) return say(what);
    this.noted(looks);
    if (!answers)
      say(
        `${what}, and ${faults.map((one) => one.as).join(', ')} does not answer after ${ANSWERS_WITHIN_MS / 1_000} s`,
      );
    let servedMs: number | undefined;
    await this.until(() => {
      servedMs = users.servedAgainAfter(fromMs, nowMs());
      return Promise.resolve(servedMs !== undefined);
    }, SERVED_WITHIN_MS);
    if (act === this.acts && this.broken.size === 0 && answers) this.step('users are served', 'before');
    say(`${what}; ${words.served(servedMs, SERVED_WITHIN_MS)}`);
  }
  /** True as soon as `test` is; false when it never was, or another act began. */
  private async until(test: () => Promise<boolean>, withinMs: number): Promise<boolean> {
    const { clock } = this.options.staged.stage;
    const [act, endMs] = [this.acts, clock.nowMs() + withinMs];
    for (;;) {
      if (await test()) return true;
      if (clock.nowMs() >= endMs || act !== this.acts) return false;
      await clock.sleep('scenario.step', LOOK_AGAIN_MS, this.options.signal);
    }
  }
  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const next = this.turn.then(() => {
      this.acts++;
      return act();
    });
    this.turn = next.catch(() => undefined);
    return next;
  }
  private refuseTwice(aimed: Aim): void {
    for (const { as } of faultsOf(aimed.actions)) {
      const already = this.broken.get(as);
      if (already === undefined) continue;
      const since = this.options.timeOfDay(already.sinceMs);
      throw usage(`${as} is broken already: ${already.title}, since ${since}`, `npx twin heal ${as}`);
    }
  }
  private running(): Secret {
    if (this.secret === undefined) throw usage('no secret is running', 'npx twin break --secret hides one');
    return this.secret;
  }
  private secretFirst = (): SimError =>
    usage('a secret incident is running', 'npx twin guess LAYER, npx twin hint, or npx twin heal gives up');
}
