/** Facts 3.6; Kubernetes reference, "Virtual IPs and Service Proxies". */
import { expect, it } from 'vitest';
import { pickEndpoint } from '../../sim/behaviour/kube-proxy.ts';

it('ipvs gives connections to the endpoints in turn', () => {
  expect([0, 1, 2, 3].map((n) => pickEndpoint(['a', 'b', 'c'], 'ipvs', n, 0.9))).toEqual(['a', 'b', 'c', 'a']);
});
it('iptables draws evenly', () => {
  expect([0, 0.34, 0.67, 0.999].map((draw) => pickEndpoint(['a', 'b', 'c'], 'iptables', 0, draw))).toEqual([
    'a',
    'b',
    'c',
    'c',
  ]);
});
it('a service without endpoints has none to give', () => {
  expect(pickEndpoint([], 'ipvs', 0, 0)).toBeUndefined();
});
