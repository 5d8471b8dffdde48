/** Conditions in force, and which wires they match. */
import type { Place } from '../../../topology/schema.ts';
import type { Condition, Selector } from '../contract.ts';
import type { ModelPod } from './connection.ts';

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
