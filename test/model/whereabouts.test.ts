/** Who stands behind an address of the model's network. */
import { expect, test } from 'vitest';
import { createPrng } from '../../sim/prng.ts';
import type { ModelPod } from '../../sim/runtimes/model/connection.ts';
import { Whereabouts } from '../../sim/runtimes/model/whereabouts.ts';

const onHost = (id: string, listens: boolean): ModelPod => ({
  id,
  place: 'node:a',
  onHost: true,
  server: undefined,
  listens,
  ports: [80],
  paused: false,
  inbox: [],
});

test.each([
  ['the older', true, false, 'traefik-1'],
  ['the younger', false, true, 'traefik-4'],
])("of two pods at a node's own address the one that listens is met: %s", (_, older, younger, met) => {
  const where = new Whereabouts(createPrng(1));
  for (const pod of [onHost('traefik-1', older), onHost('traefik-4', younger)]) where.pods.set(pod.id, pod);
  expect(where.locate('place/node:a', 80, 'pop:dallas')).toMatchObject({ pod: { id: met } });
});
