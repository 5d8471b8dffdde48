/** The headers Cloudflare adds on the way to the origin. @see cloudflare-docs fundamentals/reference/http-headers */
import { airportOf } from '../../behaviour/edge.ts';
import { endToEnd, type HttpRequest } from '../../behaviour/http-message.ts';
import type { Prng } from '../../prng.ts';

/** `<16 hex digits>-<airport>`: names one request at the edge, to the origin and to the user alike. */
export function rayId(prng: Prng, pop: string): string {
  const half = (): string =>
    prng
      .below(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return `${half()}${half()}-${airportOf(pop)}`;
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
