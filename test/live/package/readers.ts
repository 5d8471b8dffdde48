/** A user's own load script: ten lists a second. */
import crypto from 'k6/crypto';
import exec from 'k6/execution';
import http from 'k6/http';

export const options = {
  scenarios: {
    listTasks: { executor: 'constant-arrival-rate', exec: 'listTasks', rate: 10, duration: '60s', preAllocatedVUs: 61 },
  },
};

export function listTasks(): void {
  const user = exec.vu.idInTest;
  http.get(`https://${__ENV['HOST']}/api/tasks/`, {
    headers: {
      Authorization: `Token ${user}.${crypto.hmac('sha256', __ENV['TOKEN_SECRET'] ?? '', String(user), 'hex')}`,
      'X-Request-Id': `u${user}-listTasks-${exec.scenario.iterationInTest}`,
    },
  });
}
