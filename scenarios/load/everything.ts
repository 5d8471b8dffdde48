/**
 * Phones that do all that the app is for: 14 lists, 3 new tasks and 8 looks at photos a second.
 * A k6 script: `k6 run` plays it as it is, and the twin's own generator reads the same file.
 */
import type { Options } from 'k6/options';

export { viewPhoto } from './photos.ts';
export { createTask, listTasks } from './tasks.ts';

const steady = { executor: 'constant-arrival-rate', timeUnit: '1s', duration: '60s', preAllocatedVUs: 61 } as const;
export const options: Options = {
  scenarios: {
    createTask: { ...steady, exec: 'createTask', rate: 3 },
    listTasks: { ...steady, exec: 'listTasks', rate: 14 },
    viewPhoto: { ...steady, exec: 'viewPhoto', rate: 8 },
  },
};
