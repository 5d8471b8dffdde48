/**
 * The k6 modules a load script imports, as far as our generator needs them: a call to `http` is recorded instead of sent,
 * because here a request is planned first and sent by whichever runtime plays it.
 * @see grafana/k6-docs, "JavaScript API"
 */
import { createHmac } from 'node:crypto';
import { registerHooks } from 'node:module';

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
/** What the script sees of its own execution, set before each call. */
export interface Iteration {
  readonly vu: number;
  readonly scenario: string;
  readonly n: number;
}
interface Recorder {
  iteration: Iteration;
  readonly requests: RecordedRequest[];
}
const KEY = Symbol.for('cluster-twin.k6');
type Holder = { [KEY]?: Recorder };
/** One per process: a script's modules are evaluated once, and calls are synchronous. */
export function recorder(): Recorder {
  const holder = globalThis as Holder;
  holder[KEY] ??= { iteration: { vu: 1, scenario: '', n: 0 }, requests: [] };
  return holder[KEY];
}

type Params = { readonly headers?: Readonly<Record<string, string>> } | undefined;
const STUB_RESPONSE = { status: 0, body: '', headers: {}, timings: { duration: 0 } };
/** k6's way to say that there is none is null. */
type Body = string | null | undefined;
const record = (method: string, url: string, body: Body, params: Params): typeof STUB_RESPONSE => {
  recorder().requests.push({ method, url, headers: params?.headers ?? {}, ...(body == null ? {} : { body }) });
  return STUB_RESPONSE;
};
export const http = {
  get: (url: string, params?: Params) => record('GET', url, undefined, params),
  del: (url: string, body?: Body, params?: Params) => record('DELETE', url, body, params),
  post: (url: string, body?: Body, params?: Params) => record('POST', url, body, params),
  put: (url: string, body?: Body, params?: Params) => record('PUT', url, body, params),
  patch: (url: string, body?: Body, params?: Params) => record('PATCH', url, body, params),
};
export const execution = {
  get vu() {
    return { idInTest: recorder().iteration.vu, iterationInScenario: recorder().iteration.n };
  },
  get scenario() {
    return { name: recorder().iteration.scenario, iterationInTest: recorder().iteration.n };
  },
};
export const crypto = {
  hmac: (algorithm: string, secret: string, data: string, encoding: 'hex' | 'base64') =>
    createHmac(algorithm, secret).update(data).digest(encoding),
};

const SELF = import.meta.url;
const SHIMS: Readonly<Record<string, string>> = {
  k6: `export const check = () => true; export const sleep = () => {}; export const group = (_, run) => run(); export const fail = (why) => { throw new Error(why); };`,
  'k6/http': `import { http } from ${JSON.stringify(SELF)}; export default http;`,
  'k6/execution': `import { execution } from ${JSON.stringify(SELF)}; export default execution;`,
  'k6/crypto': `import { crypto } from ${JSON.stringify(SELF)}; export default crypto; export const hmac = crypto.hmac;`,
};
export const KNOWN_MODULES = Object.keys(SHIMS);

/** Makes `import 'k6/http'` work in this process; what is not known is left to fail by name. */
export function installK6Modules(): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier in SHIMS ? { url: `k6:${specifier}`, format: 'module', shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      url.startsWith('k6:')
        ? { format: 'module', source: SHIMS[url.slice(3)] ?? '', shortCircuit: true }
        : next(url, context),
  });
}
