/** The headers Cloudflare adds on the way to the origin. @see cloudflare-docs fundamentals/reference/http-headers */
import { endToEnd, type HttpRequest } from '../../behaviour/http-message.ts';
import type { Prng } from '../../prng.ts';

/** POPs are named by the airport nearest to them; a town that is not listed goes by its first three letters. */
const AIRPORTS: Readonly<Record<string, string>> = {
  dallas: 'DFW',
  houston: 'IAH',
  atlanta: 'ATL',
  chicago: 'ORD',
  frankfurt: 'FRA',
};

/** `<16 hex digits>-<airport>`: names one request at the edge, to the origin and to the user alike. */
export function rayId(prng: Prng, pop: string): string {
  const half = (): string =>
    prng
      .below(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  const town = pop.replace(/^pop:/, '');
  return `${half()}${half()}-${AIRPORTS[town] ?? town.slice(0, 3).toUpperCase()}`;
}

/** The request as the origin gets it. @param clientIp  the user's address as the edge sees it */
export function toOrigin(request: HttpRequest, ray: string, clientIp: string): HttpRequest {
  const before = request.headers['x-forwarded-for'];
  const headers = {
    ...endToEnd(request.headers),
    'cf-connecting-ip': clientIp,
    'x-forwarded-for': before === undefined ? clientIp : `${before},${clientIp}`,
    'x-forwarded-proto': 'https',
    'cf-visitor': '{"scheme":"https"}',
    'cf-ray': ray,
    'cdn-loop': 'cloudflare',
    'accept-encoding': 'br, gzip',
  };
  return { ...request, headers };
}
