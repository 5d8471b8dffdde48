/**
 * Phones that read their task list and now and then add a task: 17 lists and 3 creates a second.
 * A k6 script: `k6 run` plays it as it is, and the twin's own generator reads the same file.
 */
import { check } from 'k6';
import crypto from 'k6/crypto';
import exec from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';

export const options: Options = {
  scenarios: {
    listTasks: {
      executor: 'constant-arrival-rate',
      exec: 'listTasks',
      rate: 17,
      timeUnit: '1s',
      duration: '60s',
      preAllocatedVUs: 61,
    },
    createTask: {
      executor: 'constant-arrival-rate',
      exec: 'createTask',
      rate: 3,
      timeUnit: '1s',
      duration: '60s',
      preAllocatedVUs: 61,
    },
  },
};

const base = `https://${__ENV['HOST'] ?? 'api.myhoneydue.com'}`;
const user = (): number => exec.vu.idInTest;
const requestId = (): string => `u${user()}-${exec.scenario.name}-${exec.scenario.iterationInTest}`;
const headers = (id: string): Record<string, string> => ({
  Authorization: `Token ${user()}.${crypto.hmac('sha256', __ENV['TOKEN_SECRET'] ?? '', String(user()), 'hex')}`,
  Accept: 'application/json',
  'Content-Type': 'application/json',
  'X-Request-Id': id,
});

export function listTasks(): void {
  const response = http.get(`${base}/api/tasks/`, { headers: headers(requestId()) });
  check(response, { 'list answered': (r) => r.status === 200 });
}

export function createTask(): void {
  const id = requestId();
  const response = http.post(
    `${base}/api/tasks/`,
    JSON.stringify({ title: `Clean the gutter (${id})`, request_id: id }),
    { headers: headers(id) },
  );
  check(response, { 'task created': (r) => r.status === 201 });
}
