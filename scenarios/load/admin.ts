/**
 * Somebody at the admin panel's list of users, 20 pages a second.
 * A k6 script: `k6 run` plays it as it is, and the twin's own generator reads the same file.
 */
import { check } from 'k6';
import crypto from 'k6/crypto';
import exec from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';

export const options: Options = {
  scenarios: {
    adminUsers: {
      executor: 'constant-arrival-rate',
      timeUnit: '1s',
      duration: '60s',
      preAllocatedVUs: 61,
      exec: 'adminUsers',
      rate: 20,
    },
  },
};

export function adminUsers(): void {
  const user = exec.vu.idInTest;
  const token = `${user}.${crypto.hmac('sha256', __ENV['TOKEN_SECRET'] ?? '', String(user), 'hex')}`;
  const response = http.get(`https://${__ENV['ADMIN'] ?? 'admin.myhoneydue.com'}/users`, {
    headers: {
      Accept: 'text/html',
      Authorization: `Token ${token}`,
      'X-Request-Id': `u${user}-${exec.scenario.name}-${exec.scenario.iterationInTest}`,
    },
  });
  check(response, { 'page shown': (r) => r.status === 200 });
}
