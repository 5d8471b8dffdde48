/** `twin explain`: everything that a person should know of a method before it is played. */
import { describe, expect, test } from 'vitest';
import { twin } from './command.ts';

const explained = async (id: string): Promise<string> => {
  const { code, out, err } = await twin(['explain', id]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
};

describe.concurrent('twin explain', () => {
  test('tells witnesses that must see different things apart, and when one looks in the end only', async () => {
    const out = await explained('kube-proxy-broken');
    expect(out).toContain(
      '  service: connect api from node:hetzner1, api from node:hetzner2: all the while an answer\n',
    );
    expect(out).toContain(
      '  service: connect api from node:hetzner3: before and after an answer, in the end: refused or no-route or connect-silent\n',
    );
  });
  test('names idle timers that a step waits for, and steps in which nothing counts', async () => {
    const out = await explained('node-network-dead');
    expect(out).toMatch(
      /4 s +during +the node is not heard of, \+ node\.lease, \+ node\.grace, \+ node\.monitor \(what is sent in it does not count\)\n/,
    );
    expect(out).toContain('  some, at most 95 %, of requests not answered right in time\n');
  });
  test('says of a variant when no row of the book is about it', async () => {
    expect(await explained('traefik-down')).toContain(
      '  all-nodes: Traefik, dead on every node (no row of the book is about it)\n',
    );
  });
  test('tells what flips it, under a title of its own before the sources, and nothing where nothing was shown', async () => {
    expect(await explained('redis-down')).toMatch(
      /\nWHAT FLIPS IT\n {2}hung: a read time-out of 200 ms in the api's Redis client \(--set workloads\.api\.settings\.redisReadTimeoutMs=200ms\)\nSOURCES\n/,
    );
    expect(await explained('ufw-blocks-80')).toContain('  deny-all: reject instead of deny (variant reject-all)\n');
    expect(await explained('worker-killed')).not.toContain('WHAT FLIPS IT');
  });
});
