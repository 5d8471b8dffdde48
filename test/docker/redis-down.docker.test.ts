/** The scenario redis-down on real containers: what is proven, what becomes of the book's rows, and that nothing is left. */
import { expect, test } from 'vitest';
import type { ProofEntry } from '../../sim/runtimes/entries.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import { ended, start, temporaryFolder } from '../cli/command.ts';
import { journalIn } from '../live/twin.ts';
import { leftOf } from './leftovers.ts';

const WHOLE_MS = 300_000;

const stagesOf = (proofs: readonly ProofEntry[]): string[] => [...new Set(proofs.map((proof) => proof.stage))];

test(
  'docker: redis-down: dead is right, hung is wrong, each proven before, during and after, and nothing is left',
  { timeout: WHOLE_MS },
  async () => {
    using out = temporaryFolder();
    const args = ['rehearse', 'redis-down', '--runtime', 'docker', '--seed', '7', '--json'];
    const child = start([...args, '--out', out.path]);
    const { out: printed, err } = await ended(child);
    expect(printed, err).not.toBe('');
    const summary = JSON.parse(printed) as RunSummary;
    const statements = summary.scenarios.flatMap((one) => one.statements);
    const verdicts = statements.map(({ variant, about, verdict }) => ({ variant, about, verdict }));
    expect(verdicts).toContainEqual({ variant: 'dead', about: 'sees', verdict: 'confirmed' });
    expect(verdicts).toContainEqual({ variant: 'hung', about: 'sees', verdict: 'refuted' });
    for (const { proofOfFault } of statements)
      expect(proofOfFault).toMatchObject({ before: true, during: true, after: true });
    for (const play of ['redis-down/dead', 'redis-down/hung']) {
      const proofs = journalIn(out.path).filter((one): one is ProofEntry => one.kind === 'proof' && one.play === play);
      expect(stagesOf(proofs)).toEqual(['before', 'during', 'after']);
      expect(proofs.filter((proof) => !proof.holds)).toEqual([]);
    }
    expect(await leftOf(child.pid ?? 0)).toEqual([]);
  },
);

/** A neighbour's engine may be slow; nothing but a defect takes longer. */
const PATIENCE_MS = 60_000;

test('docker: a command that is killed leaves no container and no network', { timeout: WHOLE_MS }, async () => {
  using out = temporaryFolder();
  const child = start(['rehearse', 'redis-down', '--runtime', 'docker', '--out', out.path]);
  const pid = child.pid ?? 0;
  const whole = ended(child);
  const containers = expect.poll(async () => (await leftOf(pid)).length, { timeout: PATIENCE_MS });
  await containers.toBeGreaterThan(10);
  child.kill('SIGKILL');
  await whole;
  await expect.poll(() => leftOf(pid), { timeout: PATIENCE_MS }).toEqual([]);
});
