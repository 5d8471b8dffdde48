/** The scenario redis-down on real containers: what is proven, what becomes of the book's rows, and that nothing is left. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import { expect, test } from 'vitest';
import type { Entry, ProofEntry } from '../../sim/runtimes/entries.ts';
import type { RunSummary } from '../../sim/scenario/summary.ts';
import { ended, start, temporaryFolder } from '../cli/command.ts';

const WHOLE_MS = 300_000;

/** What bears the label of a run that this process started. */
async function leftOf(pid: number): Promise<string[]> {
  const docker = new Docker();
  const filters = { label: ['cluster-twin.run'] };
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  const ours = (labels: Readonly<Record<string, string>> | undefined): boolean =>
    labels?.['cluster-twin.run']?.startsWith(`${pid}-`) === true;
  return [
    ...containers.filter((one) => ours(one.Labels)).map((one) => one.Names[0] ?? one.Id),
    ...networks.filter((one) => ours(one.Labels)).map((one) => one.Name),
  ];
}

const stagesOf = (proofs: readonly ProofEntry[]): string[] => [...new Set(proofs.map((proof) => proof.stage))];

test(
  'docker: redis-down: dead is right, hung is wrong, each proven before, during and after, and nothing is left',
  { timeout: WHOLE_MS },
  async () => {
    using out = temporaryFolder();
    const args = ['rehearse', 'redis-down', '--runtime', 'docker', '--seed', '7', '--parallel', '2', '--json'];
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
      const proofs = entriesIn(out.path).filter((one): one is ProofEntry => one.kind === 'proof' && one.play === play);
      expect(stagesOf(proofs)).toEqual(['before', 'during', 'after']);
      expect(proofs.filter((proof) => !proof.holds)).toEqual([]);
    }
    expect(await leftOf(child.pid ?? 0)).toEqual([]);
  },
);

function entriesIn(out: string): Entry[] {
  const lines = readFileSync(join(out, 'latest', 'journal.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Entry);
}
