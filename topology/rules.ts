/** What a schema cannot say: that every name which an entry refers to is declared. Each rule returns all it finds. */
import { closest } from 'fastest-levenshtein';
import type { Problem } from '../sim/errors.ts';
import type { Topology } from './schema.ts';

const CODE = 'SIM_TOPOLOGY_INVALID' as const;

/** "declared: a, b; did you mean "a"?" for a name that is not among `choices`. */
export function choicesHint(name: string, choices: readonly string[]): string {
  if (choices.length === 0) return 'none is declared';
  const nearest = closest(name, [...choices]);
  return `declared: ${choices.toSorted().join(', ')}; did you mean "${nearest}"?`;
}

function refersTo(where: string, kind: string, name: string, choices: readonly string[]): Problem[] {
  if (choices.includes(name)) return [];
  return [{ where, code: CODE, message: `${kind} "${name}" is not declared`, hint: choicesHint(name, choices) }];
}

/** All broken references of a topology; empty when it is sound. */
export function brokenReferences(topology: Topology): Problem[] {
  const places = Object.keys(topology.places);
  const workloads = Object.keys(topology.workloads);
  const problems: Problem[] = [];
  problems.push(...refersTo('server', 'place', topology.server, places));
  problems.push(...refersTo('users.place', 'place', topology.users.place, places));
  for (const [id, workload] of Object.entries(topology.workloads)) {
    if (workload.placement !== 'spread')
      problems.push(...refersTo(`workloads.${id}.placement`, 'place', workload.placement, places));
    for (const [name, probe] of Object.entries(workload.probes)) {
      if (probe !== undefined && !workload.ports.includes(probe.port)) {
        problems.push({
          where: `workloads.${id}.probes.${name}.port`,
          code: CODE,
          message: `port ${probe.port} is not a port of "${id}"`,
          hint: `declared: ${workload.ports.join(', ')}`,
        });
      }
    }
  }
  for (const [id, service] of Object.entries(topology.services))
    problems.push(...refersTo(`services.${id}.workload`, 'workload', service.workload, workloads));
  for (const [id, external] of Object.entries(topology.externals))
    problems.push(...refersTo(`externals.${id}.place`, 'place', external.place, places));
  for (const [host, rule] of Object.entries(topology.ingress))
    problems.push(...refersTo(`ingress.${host}.service`, 'service', rule.service, Object.keys(topology.services)));
  return [...problems, ...brokenLinks(topology, places)];
}

function brokenLinks(topology: Topology, places: readonly string[]): Problem[] {
  const ends = [...new Set([...places, ...places.map((name) => name.split(':')[0] ?? name)])];
  const problems: Problem[] = [];
  for (const [id, link] of Object.entries(topology.links)) {
    for (const end of link.between) problems.push(...refersTo(`links.${id}.between`, 'place', end, ends));
    if (!(topology.defaultProfile in link.profiles))
      problems.push(
        ...refersTo(`links.${id}.profiles`, 'profile', topology.defaultProfile, Object.keys(link.profiles)),
      );
    for (const [name, latency] of Object.entries(link.profiles)) {
      if (latency.jitterMs > latency.rttMs) {
        problems.push({
          where: `links.${id}.profiles.${name}.jitterMs`,
          code: CODE,
          message: `jitter ${latency.jitterMs} ms exceeds the round trip of ${latency.rttMs} ms: no link delivers early`,
          hint: `allowed: 0 to ${latency.rttMs}`,
        });
      }
    }
  }
  return problems;
}
