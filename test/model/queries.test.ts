/** A load script whose URLs end in a query: it comes as far as the api, which goes by the path, and is part of what the edge keeps. */
import { expect, test } from 'vitest';
import redisDown from '../../scenarios/redis-down.ts';
import staticAssets from '../../scenarios/static-assets.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import { requestsIn } from '../../sim/checkers/window.ts';
import type { Outcome } from '../../sim/runtimes/contract.ts';
import type { PlayedEntry } from '../../sim/runtimes/entries.ts';
import { readLoadScript } from '../../sim/traffic/script.ts';
import { journalOf } from './play.ts';

async function before(scenario: Scenario, query: (n: number) => string): Promise<readonly Outcome[]> {
  const { load } = scenario;
  const file = `${import.meta.dirname}/../../scenarios/load/${load}.ts`;
  const script = await readLoadScript(file, { TOKEN_SECRET: 'test' });
  const journeys = script.journeys.map((one) => ({
    ...one,
    render(user: number, n: number) {
      const request = one.render(user, n);
      return { ...request, url: `${request.url}?${query(n)}` };
    },
  }));
  const scripts = new Map([[load, { ...script, journeys }]]);
  const journal = await journalOf({ scenario, over: { scripts } });
  const played = journal.filter((one) => 'play' in one) as PlayedEntry[];
  return requestsIn(
    played,
    'before',
    journeys.map(({ journey }) => journey),
  ).counted;
}

test('lists and new tasks are served with a query', async () => {
  const requests = await before(redisDown, () => 'page=2');
  expect(new Set(requests.map(({ end }) => end))).toEqual(new Set(['ok']));
});
test('a file is another one to the edge with another query', async () => {
  const files = (await before(staticAssets, (n) => `v=${n}`)).filter(({ journey }) => journey === 'loadAsset');
  expect(new Set(files.map((one) => one.evidence.headers['cf-cache-status']))).toEqual(new Set(['MISS']));
});
