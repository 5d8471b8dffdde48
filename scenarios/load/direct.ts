/**
 * 24 lists a second from clients that dial a node's own address, and 8 from phones that go through the edge.
 * A k6 script: `k6 run` plays it as it is, and the twin's own generator reads the same file.
 */
import { check } from 'k6';
import crypto from 'k6/crypto';
import exec from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';

export { listTasks } from './tasks.ts';

const steady = { executor: 'constant-arrival-rate', timeUnit: '1s', duration: '60s', preAllocatedVUs: 61 } as const;
export const options: Options = {
  scenarios: {
    dialNode: { ...steady, exec: 'dialNode', rate: 24 },
    listTasks: { ...steady, exec: 'listTasks', rate: 8 },
  },
};

const NODES = (__ENV['NODES'] ?? '178.104.247.152,178.105.32.198,178.104.249.189').split(',');

/** HTTP without TLS: the token goes over the wire as it is. */
export function dialNode(): void {
  const user = exec.vu.idInTest;
  const nth = exec.scenario.iterationInTest;
  const token = `${user}.${crypto.hmac('sha256', __ENV['TOKEN_SECRET'] ?? '', String(user), 'hex')}`;
  const response = http.get(`http://${NODES[nth % NODES.length]}/api/tasks/`, {
    headers: {
      Host: __ENV['HOST'] ?? 'api.myhoneydue.com',
      Authorization: `Token ${token}`,
      'X-Request-Id': `u${user}-${exec.scenario.name}-${nth}`,
    },
  });
  check(response, { 'list served': (r) => r.status === 200 });
}
