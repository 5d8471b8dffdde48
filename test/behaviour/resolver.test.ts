/** Go's resolver in a pod (facts 3.9; golang/go src/net/dnsconfig_unix.go, dnsclient_unix.go). */
import { describe, expect, it } from 'vitest';
import { dialByName, lookUp, namesToTry, PLAIN_RESOLV_CONF, POD_RESOLV_CONF } from '../../sim/behaviour/resolver.ts';
import { Late, Script } from './script.ts';

const NEON = 'ep-x-pooler.us-east-1.aws.neon.tech';

describe('Go resolver: which names are asked', () => {
  it('tries the three search names first for a name with fewer than 5 dots', () => {
    expect(namesToTry('redis', POD_RESOLV_CONF)).toEqual([
      'redis.default.svc.cluster.local',
      'redis.svc.cluster.local',
      'redis.cluster.local',
      'redis',
    ]);
    expect(namesToTry(NEON, POD_RESOLV_CONF).at(-1)).toBe(NEON);
    expect(namesToTry(NEON, POD_RESOLV_CONF)).toHaveLength(4);
  });
  it('tries a name with 5 dots as it is first', () => {
    expect(namesToTry('a.b.c.d.e.f', POD_RESOLV_CONF)[0]).toBe('a.b.c.d.e.f');
  });
  it('tries only the name itself when it ends in a dot, or outside of a pod', () => {
    expect(namesToTry('redis.', POD_RESOLV_CONF)).toEqual(['redis']);
    expect(namesToTry('api.myhoneydue.com', PLAIN_RESOLV_CONF)).toEqual(['api.myhoneydue.com']);
  });
});

describe('Go resolver: how often and how long', () => {
  it('leaves a name at the first NXDOMAIN', () => {
    const script = new Script({ query: (name) => (name === NEON ? ['192.0.2.1'] : 'no-such-name') });
    expect(script.run(lookUp(NEON, POD_RESOLV_CONF, Infinity))).toMatchObject({
      ok: true,
      addresses: ['192.0.2.1'],
      asked: 4,
    });
  });
  it('asks a silent server twice for 5 s a name: 40 s for four names without a deadline', () => {
    const script = new Script({ query: () => 'reply-silent' });
    expect(script.run(lookUp('redis', POD_RESOLV_CONF, Infinity))).toEqual({
      ok: false,
      saw: 'reply-silent',
      asked: 8,
    });
    expect(script.nowMs).toBe(40_000);
  });
  it('asks a refusing server twice a name: the search list makes 8 questions of one, and each is counted', () => {
    const script = new Script({ query: () => 'refused' });
    expect(script.run(lookUp(NEON, POD_RESOLV_CONF, Infinity))).toMatchObject({ ok: false, saw: 'refused', asked: 8 });
    expect(script.tally.questions).toBe(8);
  });
  it('ends at the deadline of the dial', () => {
    const script = new Script({ query: () => 'reply-silent' });
    script.run(lookUp('api', POD_RESOLV_CONF, 32_000));
    expect(script.nowMs).toBe(32_000);
  });
  it('fails at once, without waiting, when nobody listens', () => {
    const script = new Script({ query: () => 'refused' });
    expect(script.run(lookUp('redis', POD_RESOLV_CONF, 5_000))).toMatchObject({ ok: false, saw: 'refused' });
    expect(script.nowMs).toBe(0);
  });
  it('counts what answers cost too, not only silences', () => {
    const script = new Script({ query: () => new Late('servfail', 2_000) });
    expect(script.run(lookUp('api', POD_RESOLV_CONF, 5_000))).toMatchObject({
      ok: false,
      saw: 'reply-silent',
      asked: 3,
    });
    expect(script.nowMs).toBe(5_000);
  });
});

describe('Go dialer: a dial by name (facts 3.9: a dial deadline covers DNS too)', () => {
  const dialled = (script: Script, timeoutMs = 30_000) =>
    script.run(dialByName('http', { name: 'api', port: 8000, timeoutMs }));
  it('has what the look-up left of its limit for connecting: 30 s in all', () => {
    const slow = new Script({
      query: (_name, attempt) => (attempt === 0 ? 'reply-silent' : ['10.0.0.1']),
      dial: () => 'connect-silent',
    });
    expect(dialled(slow)).toEqual({ ok: false, saw: 'connect-silent' });
    expect(slow.nowMs).toBe(30_000);
    expect(slow.all('dial')).toMatchObject([{ timeoutMs: 25_000 }]);
  });
  it('dials nobody whose address came as the limit ended', () => {
    const slow = new Script({ query: () => new Late(['10.0.0.1'], 5_000) });
    expect(dialled(slow, 5_000)).toEqual({ ok: false, saw: 'connect-silent' });
    expect(slow.all('dial')).toHaveLength(0);
  });
  it('tells what the name server said where there is no address', () => {
    expect(dialled(new Script({ query: () => 'servfail' }))).toEqual({ ok: false, saw: 'servfail' });
    expect(dialled(new Script({ query: () => [] }))).toEqual({ ok: false, saw: 'no-such-name' });
  });
});
