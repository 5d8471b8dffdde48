import { expect, test } from 'vitest';
import { noRouteAfterMs } from '../../sim/behaviour/gone-address.ts';

test.for([
  { goneForMs: 0, afterMs: 38_000, why: 'believed for 30 s, 5 s of delay, three questions of 1 s' },
  { goneForMs: 20_000, afterMs: 18_000, why: 'the rest of that' },
  { goneForMs: 36_000, afterMs: 3_000, why: 'asked for anew, three questions' },
  { goneForMs: 500_000, afterMs: 3_000, why: 'forgotten' },
  { goneForMs: undefined, afterMs: 3_000, why: 'nobody ever had it' },
])(
  'gone address: $goneForMs ms after, no route after $afterMs ms: $why (Linux ip-sysctl)',
  ({ goneForMs, afterMs }) => {
    expect(noRouteAfterMs(goneForMs)).toBe(afterMs);
  },
);
