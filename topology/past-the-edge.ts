/** Nodes that users can dial by their own address, past the edge: where the topology has a link for that way. */
import type { Place, Topology } from './schema.ts';

/** Where the ingress listens on its nodes' addresses for whoever brings no TLS. */
export const HTTP_PORT = 80;

export function dialledNodes({
  links,
  places,
  users,
}: Topology): { readonly address: string; readonly place: Place }[] {
  const isUsers = (end: string): boolean => end === 'user' || end === users.place;
  const ends = Object.values(links).flatMap(({ between: [a, b] }) => (isUsers(a) ? [b] : isUsers(b) ? [a] : []));
  return Object.entries(places).flatMap(([name, { address }]) => {
    const isDialled = name.startsWith('node:') && (ends.includes('node') || ends.includes(name));
    return isDialled && address !== undefined ? [{ address, place: name as Place }] : [];
  });
}
