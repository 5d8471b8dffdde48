/** Asks from inside the asker's namespace: one program of ours per place that asks, kept for the whole run. */
import { SimError } from '../../errors.ts';
import type { Answer, Conversation, Place, Prober, Question, Target } from '../contract.ts';
import { askAt, type AskAddress } from '../ask.ts';
import type { Asked, Told } from './asker.ts';
import type { Engine } from './engine.ts';
import type { DockerNetwork } from './network.ts';
import { endOf } from '../talk.ts';
import { startPart, type Part } from './part.ts';

/** Asks from one place. */
export interface Asker {
  ask(address: AskAddress, question: Question, patienceMs: number): Promise<Answer>;
  converse(address: AskAddress, protocol: 'tcp' | 'udp'): Promise<Conversation>;
}
export interface AskerOptions {
  readonly image: string;
  readonly place: Place;
  /** Id of the container whose namespace it joins. */
  readonly sandbox: string;
  /** True when the twin goes down: that an asker ends then says nothing, and whom it owes an answer hears no more. */
  readonly isDown: () => boolean;
}

/** @throws SimError `SIM_RUNTIME_UNAVAILABLE` when it ends, now or at any later question */
export async function startAsker(engine: Engine, { image, place, sandbox, isDown }: AskerOptions): Promise<Asker> {
  const waiting = new Map<number, PromiseWithResolvers<Told>>();
  const part: Part = await startPart(engine, {
    name: `asker-${place}`,
    image,
    network: { joins: sandbox },
    program: 'sim/runtimes/docker/asker.ts',
    config: {},
    onMessage: (message) => {
      const told = message as unknown as Told;
      waiting.get('answered' in told ? told.answered : told.opened)?.resolve(told);
    },
  });
  const ended = endOf(`who asks at ${place}`, part.container.exited, () => part.container.logTail(5));
  let isGone = false;
  ended.catch((error: unknown) => {
    isGone = true;
    if (!isDown()) for (const { reject } of waiting.values()) reject(error);
  });
  await Promise.race([part.ready, ended]);
  let count = 0;
  const say = (asked: (id: number) => Asked): Promise<Told> => {
    if (isGone && !isDown()) return ended;
    const id = ++count;
    part.send(asked(id));
    const told = Promise.withResolvers<Told>();
    waiting.set(id, told);
    return told.promise.finally(() => waiting.delete(id));
  };
  const answerOf = (told: Told): Answer => {
    if (!('answered' in told)) throw new Error('an opening was answered where a question was asked');
    return told.answer;
  };
  return {
    ask: async (address, question, patienceMs) =>
      answerOf(await say((id) => ({ ask: id, address, question, patienceMs }))),
    async converse(address, protocol) {
      const told = await say((id) => ({ open: id, address, protocol }));
      if (!('opened' in told) || told.failed !== undefined)
        throw new Error('opened' in told ? told.failed : 'no conversation');
      const conversation = told.opened;
      return {
        ask: async (question, patienceMs) =>
          answerOf(await say((id) => ({ ask: id, conversation, question, patienceMs }))),
        [Symbol.asyncDispose]() {
          part.send({ close: conversation } satisfies Asked);
          return Promise.resolve();
        },
      };
    },
  };
}

const asksNoSql = (): SimError =>
  new SimError('SIM_NOT_MODELLED', 'the docker runtime asks no SQL from a place yet', {
    hint: '--runtime embedded does',
  });
/** @param askerAt the asker of a place, started with its first question */
export function dockerProber(network: DockerNetwork, askerAt: (place: Place) => Promise<Asker>): Prober {
  return {
    async ask(from: Place, target: Target, question: Question, patienceMs: number) {
      if (question.ask === 'sql') throw asksNoSql();
      return askAt(Promise.all([askerAt(from), network.addressOf(target, from)]), ([asker, address]) =>
        asker.ask(address, question, patienceMs),
      );
    },
    async converse(from, target, protocol) {
      if (protocol === 'sql') throw asksNoSql();
      const [asker, address] = await Promise.all([askerAt(from), network.addressOf(target, from)]);
      return asker.converse(address, protocol);
    },
  };
}
