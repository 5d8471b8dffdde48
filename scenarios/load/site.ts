/**
 * Browsers on the landing page: 10 pages a second, and 30 of the twelve files that it is made of.
 * A k6 script: `k6 run` plays it as it is, and the twin's own generator reads the same file.
 */
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';

const steady = { executor: 'constant-arrival-rate', timeUnit: '1s', duration: '60s', preAllocatedVUs: 61 } as const;
export const options: Options = {
  scenarios: {
    openSite: { ...steady, exec: 'openSite', rate: 10 },
    loadAsset: { ...steady, exec: 'loadAsset', rate: 30 },
  },
};

const base = `https://${__ENV['SITE'] ?? 'myhoneydue.com'}`;
const FILES = ['a', 'b', 'c', 'd'].flatMap((name) => [`css/${name}.css`, `js/${name}.js`, `images/${name}.png`]);
const nth = (): number => exec.scenario.iterationInTest;

function get(path: string, accept: string): void {
  const id = `u${exec.vu.idInTest}-${exec.scenario.name}-${nth()}`;
  const response = http.get(`${base}/${path}`, { headers: { Accept: accept, 'X-Request-Id': id } });
  check(response, { shown: (r) => r.status === 200 });
}
export const openSite = (): void => get('', 'text/html');
export const loadAsset = (): void => get(FILES[nth() % FILES.length] ?? '', '*/*');
