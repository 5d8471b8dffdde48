/**
 * Phones that add tasks and read their lists: 20 creates and 25 lists a second. So many creates meet new connections, and
 * users have turns in which a list follows a create (the cache misses) and others in which it follows a list (it hits).
 * A k6 script: `k6 run` plays it as it is, and the twin's own generator reads the same file.
 */
import type { Options } from 'k6/options';

export { createTask, listTasks } from './tasks.ts';

const steady = { executor: 'constant-arrival-rate', timeUnit: '1s', duration: '60s', preAllocatedVUs: 61 } as const;
export const options: Options = {
  scenarios: {
    createTask: { ...steady, exec: 'createTask', rate: 20 },
    listTasks: { ...steady, exec: 'listTasks', rate: 25 },
  },
};
