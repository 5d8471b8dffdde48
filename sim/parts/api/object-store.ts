/** How the api speaks to the object store: over TLS, each request signed as it leaves; what the behaviour decides holds no secret. */
import { timer } from '../../../topology/timers.ts';
import type { ApiConfig } from '../config.ts';
import type { Dialer } from '../connection.ts';
import { httpsDialer } from '../https.ts';
import { signed } from '../object-store/signature.ts';

export const objectStoreDialer = ({ ca, key }: NonNullable<ApiConfig['objectStore']>): Dialer =>
  httpsDialer(ca, timer('s3.idle').ms, (request) => {
    const headers: Record<string, string> = { ...request.headers, host: request.host };
    delete headers['authorization'];
    return { ...request, headers: signed({ ...request, headers }, request.body, key, Date.now()) };
  });
