/** Addresses of the form `host:port` as Go's net package reads them, with its words for what is wrong. */
import { lookup } from 'node:dns/promises';

export interface ListenAddress {
  /** An IP address, or '' for all of them. */
  readonly host: string;
  readonly port: number;
}

/** The text Go prints: `127.0.0.1:80`, `[::1]:80`, `:80`. */
export const addressText = ({ host, port }: ListenAddress): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** Splits without resolving: host as written, port as text. Throws an Error with Go's message. */
export function splitAddress(text: string): { readonly host: string; readonly port: string } {
  const wrong = (what: string): Error => new Error(`address ${text}: ${what}`);
  const bracketed = /^\[([^\]]*)\]:([^:]*)$/u.exec(text);
  if (bracketed) return { host: bracketed[1] ?? '', port: bracketed[2] ?? '' };
  if (text.startsWith('[') && !text.includes(']')) throw wrong("missing ']' in address");
  const colons = text.split(':').length - 1;
  if (colons === 0) throw wrong('missing port in address');
  if (colons > 1) throw wrong('too many colons in address');
  return { host: text.slice(0, text.indexOf(':')), port: text.slice(text.indexOf(':') + 1) };
}

/** Host resolved, IPv4 preferred, as `net.ResolveTCPAddr` does; '' and ':' are any address and any port. */
export async function resolveListen(text: string): Promise<ListenAddress> {
  const { host, port } = text === '' ? { host: '', port: '' } : splitAddress(text);
  return { port: portOf(port), host: host === '' ? '' : await resolveHost(host) };
}

function portOf(text: string): number {
  if (text === '') return 0;
  if (!/^[+-]?\d+$/u.test(text)) throw new Error(`lookup tcp/${text}: unknown port`);
  const port = Number(text);
  if (port < 0 || port > 65_535) throw new Error(`address ${text}: invalid port`);
  return port;
}

async function resolveHost(host: string): Promise<string> {
  try {
    const found = await lookup(host, { all: true, order: 'ipv4first' });
    return found[0]?.address ?? host;
  } catch {
    throw new Error(`lookup ${host}: no such host`);
  }
}

const BIND_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'cannot assign requested address',
};

/** Go's text for a failed bind: `listen tcp 127.0.0.1:1: bind: address already in use`. */
export function bindError(address: ListenAddress, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return new Error(`listen tcp ${addressText(address)}: bind: ${BIND_ERRORS[code] ?? code}`, { cause: error });
}
