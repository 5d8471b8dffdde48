/**
 * What a person may do to a running twin. Each act is noted in the journal; what it did is looked at with a witness's
 * eyes before anything is said of it. Acts follow one another (turns.ts); what is asked meanwhile does not wait.
 */
import { isReady } from '../../control/pod.ts';
import type { Method, ProvenAction } from '../../scenario/method.ts';
import { isProven, refuseUnmodelled } from '../../scenario/method.ts';
import { PROOF_PERIOD_MS } from '../../scenario/play.ts';
import type { Staged } from '../../scenario/stage.ts';
import { isReport } from '../../scenario/judge.ts';
import type { ProofLook } from '../../scenario/witness.ts';
import { aim, faultsOf, partNamed, partOf, type Aim, type BreakWords, type World } from './aim.ts';
import { breakAll, mendAll, type Breaking } from './breaking.ts';
import { Broken, undoing, usage, type BrokenThing } from './broken.ts';
import { Jobs } from './jobs.ts';
import { Notes } from './notes.ts';
import { Secret, secretFirst } from './secret.ts';
import { Turns } from './turns.ts';
import type { Users } from './users.ts';
import { logLines, nodesOf, partsOf, podsNamed, type HandView } from './view.ts';
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
  readonly things: readonly BrokenThing[];
  readonly fromMs: number;
  readonly act: number;
}
/** A healed part has this long to answer again: past the longest back-off that a short play can have run up. */
const ANSWERS_WITHIN_MS = 60_000;
/** After a restart the old fault is told from a slow start within this. */
const RESTARTED_WITHIN_MS = 12_000;
/** Users are waited for this long before the person is told that they are not served yet. */
const SERVED_WITHIN_MS = 20_000;
/** What shows at the end is looked at before it is mended. */
const WHILE_IT_LASTS = ['sight', 'report'] as const;

export class Hand {
  readonly options: HandOptions;
  private readonly broken = new Broken();
  private secret: Secret | undefined;
  private readonly turns = new Turns();
  /** Parts that are being restarted: whether their fault is still in force is not known yet. */
  private readonly restarting = new Set<string>();
  readonly jobs: Jobs;
  readonly notes: Notes;
  constructor(options: HandOptions) {
    this.options = options;
    this.notes = new Notes(options.staged.note);
    this.jobs = new Jobs(options.world.topology, options.staged);
  }

  // ── acts ──
  /** @throws SimError `SIM_UNKNOWN_PART`, `SIM_USAGE`, `SIM_NOT_MODELLED`; nothing was done then */
  async break(what: BreakWords, say: Say): Promise<void> {
    const aimed = aim(this.options.world, what);
    refuseUnmodelled(this.options.world.runtime, aimed.actions);
    const proven = aimed.actions.filter(isProven);
    const looks = await this.inTurn(`break ${proven[0]?.as ?? aimed.title}`, say, (begin) => {
      if (this.secret !== undefined) throw secretFirst();
      this.broken.refuseTwice(proven, this.options.timeOfDay);
      begin();
      return this.carryOut(aimed, false);
    });
    const [first] = proven;
    if (first === undefined) return say(words.done(aimed.title));
    const since = this.options.timeOfDay(this.broken.get(first.as)?.sinceMs ?? 0);
    const as = proven.map((one) => one.as);
    const faults = faultsOf(proven);
    if (faults.length === 0) return say(words.begun(aimed.title, since, as));
    const proof = words.proof(looks, faults.some(this.options.method.showsAtTheEnd));
    say(words.broken(aimed.title, since, proof, as));
  }

  /** Hides one of the scenarios' faults. */
  async hide(seed: number, say: Say): Promise<void> {
    const { staged, users, world } = this.options;
    await this.inTurn('break --secret', say, (begin) => {
      if (this.secret !== undefined) throw secretFirst();
      if (this.broken.size > 0) throw usage('something is broken already', 'npx twin heal first');
      const secret = new Secret(world, seed, staged.nowMs(), { total: users.total, failed: users.failed });
      this.secret = secret;
      staged.note({ kind: 'act', text: `secret incident, seed ${seed}` });
      begin();
      return this.carryOut(secret.aim, true).catch((error: unknown) => {
        this.secret = undefined;
        throw error;
      });
    });
    say('something is broken. say npx twin guess LAYER when you know, npx twin hint costs a point');
  }

  /** Without a part: all that is broken; a secret is given up by it. What nobody can take back is named. */
  async heal(part: string | undefined, say: Say): Promise<void> {
    const healed = await this.inTurn('heal', say, async (begin) => {
      if (part !== undefined && this.secret !== undefined) throw secretFirst();
      if (part !== undefined && this.broken.size === 0) partNamed(this.options.world.topology, part);
      const given = this.secret;
      this.secret = undefined;
      if (given !== undefined) say(words.givenUp(given));
      // A restart may have ended it.
      if (given !== undefined && this.broken.size === 0) return undefined;
      const things = this.broken.chosen(part);
      const act = begin();
      // Some faults show only in the end, and a rollout is seen to be done, or stuck, only when it has had its time.
      this.notes.looks(
        await this.options.method.looks(
          things.map((one) => one.action),
          'during',
          ['at-the-end'],
        ),
      );
      if (things.length === this.broken.size)
        this.notes.step(`${things.map((one) => one.as).join(', ')} healed`, 'after');
      await mendAll(this.breaking(), things).catch((error: unknown) => {
        this.notes.stillBroken(this.broken.all());
        throw error;
      });
      return { things, fromMs: this.options.staged.nowMs(), act };
    });
    if (healed === undefined) return;
    const stays = healed.things.flatMap((one) => words.stays(undoing(one)));
    for (const line of stays) say(line);
    const things = healed.things.filter((one) => words.stays(undoing(one)).length === 0);
    if (things.length > 0) await this.afterwards({ ...healed, things }, words.healed(things.map(undoing)), say);
  }

  /** Replaces a part's pods; a fault that went with them is healed, one that did not stays in force. */
  async restart(part: string, say: Say): Promise<void> {
    partNamed(this.options.world.topology, part);
    const { method, staged } = this.options;
    const restarted = await this.inTurn(`restart ${part}`, say, async (begin) => {
      const act = begin();
      const things = this.broken.all().filter(({ action }) => 'fault' in action && partOf(action) === part);
      if (things.length > 0 && things.length === this.broken.size) this.notes.step(`${part} restarted`, 'after');
      const fromMs = staged.nowMs();
      this.restarting.add(part);
      const stood = staged.cluster.podsOf(part).length;
      try {
        await method.act({ operate: 'restart', params: { workload: part } });
        const done = { things, fromMs, act };
        return (await this.outlives(part, stood, done)) ? undefined : done;
      } finally {
        this.restarting.delete(part);
      }
    });
    if (restarted !== undefined) return this.afterwards(restarted, `${part} restarted`, say);
    say(`${part} restarted, and it does not answer: what is broken outlives its pods. npx twin heal`);
  }
  /** Whether what was broken is in force after the restart of its part; what is not is mended. */
  private async outlives(part: string, stood: number, { things }: Done): Promise<boolean> {
    const { method, staged } = this.options;
    const actions = things.map((one) => one.action);
    // A DaemonSet's come one by one, each when nothing is left of the one before it.
    const isBack = (): boolean => isReady(staged.cluster, part) && staged.cluster.podsOf(part).length >= stood;
    await this.until(() => Promise.resolve(isBack()), ANSWERS_WITHIN_MS);
    const isGone = await this.until(
      async () => words.isOver(await method.looks(actions, 'after')),
      RESTARTED_WITHIN_MS,
    );
    if (isGone) await mendAll(this.breaking(), things);
    else if (things.length === this.broken.size) this.notes.stillBroken(things);
    return !isGone;
  }

  hint(say: Say): void {
    const secret = this.running();
    const [first] = faultsOf(secret.aim.actions);
    const look = first === undefined ? undefined : this.notes.lastLooks.find((one) => one.as === first.as);
    const hint = secret.hint(words.lookedBy(look));
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
    say(words.solved(secret, staged.nowMs() - secret.sinceMs, users, this.broken.size > 0));
  }

  // ── looks ──
  view(): HandView {
    const { staged, users, world } = this.options;
    return {
      users: users.view(staged.nowMs()),
      nodes: nodesOf(world.topology, staged.cluster),
      parts: partsOf(world.topology, staged.cluster),
      queue: this.jobs.waiting,
      broken: this.broken.all().filter((one) => !one.isSecret || this.secret === undefined),
      isSecret: this.secret !== undefined,
    };
  }
  async logs(name: string, lines: number, say: Say): Promise<void> {
    const { staged, world } = this.options;
    const pods = podsNamed(world.topology, staged.cluster, name);
    for (const line of await logLines(staged.cluster, pods, lines)) say(line);
  }

  /** Looks at what is in force, again and again, until the signal ends it. */
  async watch(): Promise<void> {
    const { staged, signal, method } = this.options;
    for (;;) {
      await staged.stage.clock.sleep('scenario.step', PROOF_PERIOD_MS, signal);
      const act = this.turns.begun;
      const inForce = method.inForce().filter((one) => !this.restarting.has(partOf(one) ?? ''));
      const looks = await method.looks(inForce, 'during', WHILE_IT_LASTS);
      if (act === this.turns.begun) this.notes.looks(looks);
    }
  }
  /** Heals what is still broken, as the last act. */
  async end(): Promise<void> {
    if (this.broken.size > 0) await this.heal(undefined, () => undefined);
  }

  // ── how ──
  private hold = (looks: readonly ProofLook[]): boolean => looks.every((one) => one.holds);

  private async carryOut(aimed: Aim, isSecret: boolean): Promise<readonly ProofLook[]> {
    const { method } = this.options;
    const [proven, faults] = [aimed.actions.filter(isProven), faultsOf(aimed.actions)];
    await method.prove(proven, 'before');
    const { lastStep: last } = this.notes;
    if (proven.length > 0) this.notes.step(aimed.title, 'during');
    const stood = this.broken.size;
    try {
      await breakAll(this.breaking(), aimed, isSecret);
    } catch (error) {
      // Nothing came of it: what was before goes on.
      if (this.broken.size === stood) this.notes.step(last.step, last.phase);
      throw error;
    }
    // What the cluster reports comes when its kubelet has seen it.
    let looks: readonly ProofLook[] = [];
    await this.until(
      async () => this.hold((looks = await method.looks(faults, 'during', WHILE_IT_LASTS))) || !looks.some(isReport),
      ANSWERS_WITHIN_MS,
    );
    this.notes.looks(looks);
    return looks;
  }
  private breaking(): Breaking {
    const { method, staged } = this.options;
    return { method, staged, broken: this.broken, until: (test) => this.until(test, ANSWERS_WITHIN_MS) };
  }
  /** After what should have ended faults: does the part answer, are users served; said and noted. */
  private async afterwards({ things, fromMs, act }: Done, what: string, say: Say): Promise<void> {
    const { method, staged, users } = this.options;
    const nowMs = staged.nowMs;
    const actions: readonly ProvenAction[] = things.map((one) => one.action);
    let looks: readonly ProofLook[] = [];
    const answers = await this.until(
      async () => words.isOver((looks = await method.looks(actions, 'after'))),
      ANSWERS_WITHIN_MS,
    );
    if (act !== this.turns.begun) return say(what);
    this.notes.looks(looks);
    if (!answers)
      say(
        `${what}, and ${things.map((one) => one.as).join(', ')} does not answer after ${ANSWERS_WITHIN_MS / 1_000} s`,
      );
    let servedMs: number | undefined;
    await this.until(() => {
      servedMs = users.servedAgainAfter(fromMs, nowMs());
      return Promise.resolve(servedMs !== undefined);
    }, SERVED_WITHIN_MS);
    if (act === this.turns.begun && this.broken.size === 0 && answers) this.notes.step('users are served', 'before');
    say(`${what}${words.unreported(looks)}; ${words.served(servedMs, SERVED_WITHIN_MS)}`);
  }
  private until(test: () => Promise<boolean>, withinMs: number): Promise<boolean> {
    return this.turns.until(this.options.staged.stage.clock, test, withinMs, this.options.signal);
  }
  private inTurn<T>(what: string, say: Say, act: (begin: () => number) => Promise<T>): Promise<T> {
    return this.turns.take(what, (on) => say(`waits for: ${on}`), act);
  }
  private running(): Secret {
    if (this.secret === undefined) throw usage('no secret is running', 'npx twin break --secret hides one');
    return this.secret;
  }
}
