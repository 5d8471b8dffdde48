import { readFileSync, writeFileSync } from 'node:fs';
import { command } from '../command.ts';

/** What an engine changes in the host's network for good, as it was before: it undoes none of it when it ends. */
export interface HostNetwork {
  /** Whether packets are forwarded between interfaces. */
  readonly ipForward: string;
  /** Default policy of the filter table's FORWARD chain; the engine makes it DROP. */
  readonly forwardPolicy: string;
}

const IP_FORWARD = '/proc/sys/net/ipv4/ip_forward';

/** Notes the settings an engine will change. */
export function readHostNetwork(): HostNetwork {
  const policy = /^:FORWARD (\w+)/m.exec(command('iptables-save', ['-t', 'filter'], { quiet: true }));
  return { ipForward: readFileSync(IP_FORWARD, 'utf8').trim(), forwardPolicy: policy?.[1] ?? 'ACCEPT' };
}

/** Takes the ended engine's rules and its bridge off the host and puts both settings back; rules of others stay. */
export function restoreHostNetwork(before: HostNetwork): void {
  const rules = command('iptables-save', [], { quiet: true });
  const others = rules.split('\n').filter((line) => !/DOCKER|docker0/.test(line));
  const restored = others.map((line) => line.replace(/^:FORWARD DROP/, `:FORWARD ${before.forwardPolicy}`));
  command('iptables-restore', [], { input: restored.join('\n'), quiet: true });
  if (/^\s*docker0:/m.test(readFileSync('/proc/net/dev', 'utf8'))) command('ip', ['link', 'delete', 'docker0']);
  writeFileSync(IP_FORWARD, before.ipForward);
}
