/** Traefik's forwarded headers with its default of no trusted peers. @see traefik v3.7.9 pkg/middlewares/forwardedheaders */
import { endToEnd, type HttpRequest } from '../../behaviour/http-message.ts';

const UNTRUSTED =
  /^(x-real-ip|x-forwarded-(for|proto|host|port|server|uri|method|prefix|tls-client-cert|tls-client-cert-info))$/;

/**
 * The request as the backend gets it: what the peer said about forwarding is thrown away, the ingress' own sight is set.
 * @param peer      address of who connected to the ingress
 * @param instance  the ingress' own host name
 */
export function toBackend(request: HttpRequest, peer: string, instance: string): HttpRequest {
  const kept = Object.entries(endToEnd(request.headers)).filter(([name]) => !UNTRUSTED.test(name));
  const headers = {
    ...Object.fromEntries(kept),
    'x-real-ip': peer,
    'x-forwarded-for': peer,
    'x-forwarded-proto': 'http',
    'x-forwarded-port': '80',
    'x-forwarded-host': request.host,
    'x-forwarded-server': instance,
  };
  return { ...request, headers };
}
