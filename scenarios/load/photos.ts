/**
 * Phones that look at photos and now and then send one: 16 looks a second at forty photos that everybody looks at, 2 at
 * photos that nobody has looked at, 3 uploads.
 * A k6 script: `k6 run` plays it as it is, and the twin's own generator reads the same file.
 */
import { check } from 'k6';
import crypto from 'k6/crypto';
import exec from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';

const steady = { executor: 'constant-arrival-rate', timeUnit: '1s', duration: '60s', preAllocatedVUs: 61 } as const;
export const options: Options = {
  scenarios: {
    uploadPhoto: { ...steady, exec: 'uploadPhoto', rate: 3 },
    viewNewPhoto: { ...steady, exec: 'viewNewPhoto', rate: 2 },
    viewPhoto: { ...steady, exec: 'viewPhoto', rate: 16 },
  },
};

const base = `https://${__ENV['HOST'] ?? 'api.myhoneydue.com'}`;
/** Photos 1 to 40 are everybody's; those above are looked at once each. */
const POPULAR = 40;
const nth = (): number => exec.scenario.iterationInTest;
const requestId = (): string => `u${exec.vu.idInTest}-${exec.scenario.name}-${nth()}`;

function view(photo: number): void {
  const response = http.get(`${base}/media/photos/${photo}.jpg`, {
    headers: { Accept: 'image/*', 'X-Request-Id': requestId() },
  });
  check(response, { 'photo shown': (r) => r.status === 200 });
}
export const viewPhoto = (): void => view(1 + (nth() % POPULAR));
export const viewNewPhoto = (): void => view(POPULAR + 1 + nth());

export function uploadPhoto(): void {
  const user = exec.vu.idInTest;
  const id = requestId();
  const token = `${user}.${crypto.hmac('sha256', __ENV['TOKEN_SECRET'] ?? '', String(user), 'hex')}`;
  const response = http.post(`${base}/api/media/`, `photo uploads/${id}.jpg`, {
    headers: { Authorization: `Token ${token}`, 'Content-Type': 'image/jpeg', 'X-Request-Id': id },
  });
  check(response, { 'photo stored': (r) => r.status === 201 });
}
