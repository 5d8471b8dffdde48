/** Each question of the protocol, answered by the hand that runs. */
import type { Hand } from '../../studies/by-hand/hand.ts';
import { statusPieces } from '../../studies/by-hand/words.ts';
import type { Doors } from './doors.ts';
import type { Question } from './protocol.ts';
import type { Answer } from './server.ts';

/** @param down  asks the twin to come down */
export const answering =
  (hand: Hand, doors: Doors, down: () => void): Answer =>
  async (question, tell) => {
    const say = (line: string): void => tell({ line });
    await answer(question, { hand, doors, down, say, aside: (line) => tell({ line, to: 'stderr' }) });
  };

interface Here {
  readonly hand: Hand;
  readonly doors: Doors;
  readonly down: () => void;
  readonly say: (line: string) => void;
  readonly aside: (line: string) => void;
}
async function answer(question: Question, { hand, doors, down, say, aside }: Here): Promise<void> {
  switch (question.command) {
    case 'break':
      return hand.break(question, say);
    case 'secret':
      return hand.hide(question.seed, say);
    case 'heal':
      return hand.heal(question.part, say);
    case 'restart':
      return hand.restart(question.part, say);
    case 'hint':
      return hand.hint(say);
    case 'guess':
      return hand.guess(question.layer, say);
    case 'logs':
      return hand.logs(question.part, question.lines, say);
    case 'status':
      say(statusPieces(hand.view(), hand.options.timeOfDay).join('  '));
      for (const one of hand.view().broken) say(`undo: npx twin heal ${one.as}`);
      for (const line of Object.values(doors.lines)) say(line);
      return;
    case 'curl': {
      const { status, body } = await doors.curl(question);
      hand.options.staged.note({ kind: 'act', text: `curl ${question.method} ${question.path}: ${status}` });
      aside(status);
      if (body !== '') say(body.trimEnd());
      return;
    }
    case 'down':
      say('coming down: what is broken is healed, requests under way end, the report is written');
      // Its own answer first: coming down ends every connection.
      setImmediate(down);
  }
}
