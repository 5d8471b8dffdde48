/**
 * Runs inside a place's namespace and asks what it is told to, so that no question is ever asked from the host.
 *
 *   stdin   {"ask": 7, "address", "question", "patienceMs"}                      a question of its own
 *           {"open": 8, "address", "protocol"}                                   a connection that stays
 *           {"ask": 9, "conversation": 8, "question", "patienceMs"}, {"close": 8}
 *   stdout  {"answered": 7, "answer"}, {"opened": 8, "failed"?}
 */
import { startPart, tell } from '../../parts/part.ts';
import { ask, openConversation, type AskAddress } from '../ask.ts';
import type { Answer, Conversation, Question } from '../contract.ts';

/** One line of standard input. */
export type Asked =
  | { readonly ask: number; readonly address: AskAddress; readonly question: Question; readonly patienceMs: number }
  | { readonly ask: number; readonly conversation: number; readonly question: Question; readonly patienceMs: number }
  | { readonly open: number; readonly address: AskAddress; readonly protocol: 'tcp' | 'udp' }
  | { readonly close: number };
/** One line of standard output. */
export type Told =
  | { readonly answered: number; readonly answer: Answer }
  | { readonly opened: number; readonly failed?: string };

function asker(): (asked: Asked) => Promise<void> {
  const conversations = new Map<number, Conversation>();
  const say = (told: Told): boolean => tell(told);
  return async (asked) => {
    if ('open' in asked) {
      try {
        conversations.set(asked.open, await openConversation(asked.address, asked.protocol));
        say({ opened: asked.open });
      } catch (error) {
        say({ opened: asked.open, failed: (error as Error).message });
      }
    } else if ('close' in asked) {
      await conversations.get(asked.close)?.[Symbol.asyncDispose]();
      conversations.delete(asked.close);
    } else if ('conversation' in asked) {
      const answer = await conversations.get(asked.conversation)?.ask(asked.question, asked.patienceMs);
      if (answer !== undefined) say({ answered: asked.ask, answer });
    } else say({ answered: asked.ask, answer: await ask(asked.address, asked.question, asked.patienceMs) });
  };
}

if (import.meta.main)
  await startPart(() => {
    const answer = asker();
    return Promise.resolve({ message: (message) => void answer(message as unknown as Asked) });
  });
