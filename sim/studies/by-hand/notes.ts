/** What a play by hand writes down of itself: its steps, and what was seen. */
import type { StepEntry } from '../../runtimes/entries.ts';
import type { Note } from '../../scenario/stage.ts';
import type { ProofLook } from '../../scenario/witness.ts';
import type { BrokenThing } from './broken.ts';

export class Notes {
  lastLooks: readonly ProofLook[] = [];
  lastStep: Pick<StepEntry, 'step' | 'phase'> = { step: 'caches warm up', phase: 'warm-up' };
  private readonly note: Note;
  constructor(note: Note) {
    this.note = note;
  }

  looks(looks: readonly ProofLook[]): void {
    for (const one of looks) this.note(one);
    if (looks.length > 0) this.lastLooks = looks;
  }
  step(step: string, phase: StepEntry['phase']): void {
    this.lastStep = { step, phase };
    this.note({ kind: 'step', ...this.lastStep });
  }
  warmsUp(): void {
    this.step(this.lastStep.step, this.lastStep.phase);
  }
  /** From now on what users see is the steady state, unless something was broken already. */
  warmedUp(): void {
    if (this.lastStep.phase === 'warm-up') this.step('steady state', 'before');
  }
  /** What should have ended these did not. */
  stillBroken(things: readonly BrokenThing[]): void {
    this.step(things.map((one) => one.title).join(', '), 'during');
  }
}
