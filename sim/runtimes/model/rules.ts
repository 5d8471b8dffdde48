/** Conditions in force, and which wires they match. */
import type { Place } from '../../../topology/schema.ts';
import type { Condition, Selector } from '../contract.ts';
import type { ModelConnection, ModelPod } from './connection.ts';

export interface Rule {
  readonly where: Selector;
  readonly what: Condition;
}

/** As a firewall would: an absent field matches all. */
export const applies = (
  where: Selector,
  from: Place,
  to: ModelPod,
  port: number,
  protocol: 'tcp' | 'udp',
  connections: 'new' | 'open',
): boolean =>
  (where.from === undefined || where.from === from) &&
  (where.to === undefined || where.to === to.id || where.to === to.place) &&
  (where.port === undefined || where.port === port) &&
  (where.protocol === undefined || where.protocol === protocol) &&
  (where.connections === undefined || where.connections === connections);

/** Whether nothing at all gets from one place to another: then the control plane's messages do not either. */
export const cutsMessages = (rules: readonly Rule[], from: Place, to: Place): boolean =>
  from !== to &&
  rules.some(
    ({ what, where }) =>
      what.kind === 'drop' && where.port === undefined && (where.from ?? from) === from && (where.to ?? to) === to,
  );

/** All that are in force. */
export class Rules {
  readonly all: Rule[] = [];

  under(
    kind: Condition['kind'],
    from: Place,
    to: ModelPod,
    port: number,
    protocol: 'tcp' | 'udp',
    connections: 'new' | 'open',
  ): boolean {
    return this.all.some(
      (rule) => rule.what.kind === kind && applies(rule.where, from, to, port, protocol, connections),
    );
  }
  /** Bytes on an open connection wait while it is dropped or hung. */
  blocked(c: ModelConnection): boolean {
    return (['drop', 'hang'] as const).some((kind) => this.under(kind, c.from, c.to, c.port, c.protocol, 'open'));
  }
  /** What a round trip takes longer, in milliseconds. */
  addedMs(from: Place, to: ModelPod, port: number, protocol: 'tcp' | 'udp'): number {
    return this.all.reduce(
      (sum, { what, where }) =>
        what.kind === 'delay' && applies(where, from, to, port, protocol, 'open') ? sum + what.rttMs : sum,
      0,
    );
  }
}
