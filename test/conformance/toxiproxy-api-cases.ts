import { expect } from 'vitest';
import type { Cases } from './toxiproxy-cases.ts';
import { freeAddress } from './toxiproxy-world.ts';

const json = 'application/json';
const bad = (why: string): string => JSON.stringify({ error: `bad request body: ${why}`, status: 400 });

/** The HTTP API: statuses, bodies, headers, defaults. */
export const apiCases: Cases = {
  'version is JSON with a line end (toxiproxy 2.12 api.go Version)': async (world) => {
    const reply = await world.call('GET', '/version');
    // A build without the release's linker flags calls itself "git".
    expect(reply.text).toMatch(/^\{"version": "(2\.12\.0|git)"\}\n$/u);
    expect(reply.headers['content-type']).toBe('application/json;charset=utf-8');
  },
  'no proxies are an empty object (toxiproxy 2.12 api.go ProxyIndex)': async (world) => {
    const reply = await world.call('GET', '/proxies');
    expect([reply.status, reply.text, reply.headers['content-type']]).toEqual([200, '{}', json]);
    expect(reply.headers['x-toxiproxy-request-id']).toMatch(/^[0-9a-v]{20}$/u);
  },
  'a created proxy is 201 with the bound port and the stray Logger (toxiproxy 2.12 api.go ProxyCreate)': async (
    world,
  ) => {
    const reply = await world.call('POST', '/proxies', { name: 'p', listen: '127.0.0.1:0', upstream: 'u:1' });
    expect(reply.status).toBe(201);
    expect(reply.headers['content-type']).toBe(json);
    expect(reply.text).toMatch(
      /^\{"name":"p","listen":"127\.0\.0\.1:[1-9]\d*","upstream":"u:1","enabled":true,"Logger":\{\},"toxics":\[\]\}$/u,
    );
    expect(JSON.parse((await world.call('GET', '/proxies')).text)).toEqual({ p: JSON.parse(reply.text) });
  },
  'a proxy created disabled does not listen and shows its address as given (toxiproxy 2.12 proxy.go)': async (
    world,
  ) => {
    const listen = await freeAddress();
    const proxy = await world.must('POST', '/proxies', { name: 'p', listen, upstream: 'u:1', enabled: false });
    expect(proxy).toMatchObject({ listen, enabled: false });
    expect(await world.client(listen).ended).toBe('refused');
  },
  'localhost is shown as 127.0.0.1 and a bare port as [::] (toxiproxy 2.12 proxy.go listen)': async (world) => {
    const local = await world.must('POST', '/proxies', { name: 'a', listen: 'localhost:0', upstream: 'u:1' });
    const any = await world.must('POST', '/proxies', { name: 'b', listen: ':0', upstream: 'u:1' });
    expect(local.listen).toMatch(/^127\.0\.0\.1:/u);
    expect(any.listen).toMatch(/^\[::\]:/u);
  },
  'keys match in any case, unknown keys are ignored, null leaves the default (encoding/json)': async (world) => {
    const body = '{"NAME":"p","Upstream":"u:1","listen":"127.0.0.1:0","enabled":null,"more":[1]}';
    expect((await world.call('POST', '/proxies', body)).status).toBe(201);
    expect((await world.must('GET', '/proxies/p')).enabled).toBe(true);
  },
  'missing name and upstream are 400, a name in use 409 (toxiproxy 2.12 api.go errors)': async (world) => {
    const errors = [];
    await world.must('POST', '/proxies', { name: 'p', listen: '127.0.0.1:0', upstream: 'u:1' });
    for (const body of [{ upstream: 'u:1' }, { name: 'q' }, { name: 'p', upstream: 'u:1' }]) {
      errors.push((await world.call('POST', '/proxies', body)).text);
    }
    expect(errors).toEqual([
      '{"error":"missing required field: name","status":400}\n',
      '{"error":"missing required field: upstream","status":400}\n',
      '{"error":"proxy already exists","status":409}\n',
    ]);
  },
  'an error is JSON under a plain-text header with nosniff (toxiproxy 2.12 api.go apiError)': async (world) => {
    const reply = await world.call('GET', '/proxies/none');
    expect([reply.status, reply.text]).toEqual([404, '{"error":"proxy not found","status":404}\n']);
    expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(reply.headers['x-content-type-options']).toBe('nosniff');
    expect(reply.headers['x-toxiproxy-request-id']).toBeDefined();
  },
  'bodies that are no JSON, or of the wrong kind, are 400 in the words of Go (encoding/json)': async (world) => {
    const errors: Record<string, string> = {
      '': bad('EOF'),
      '{': bad('unexpected EOF'),
      '{"name":"a': bad('unexpected EOF'),
      x: bad("invalid character 'x' looking for beginning of value"),
      '{"name":1}': bad('json: cannot unmarshal number into Go struct field Proxy.name of type string'),
      '{"name":"a","upstream":"u:1","enabled":"y"}': bad(
        'json: cannot unmarshal string into Go struct field Proxy.enabled of type bool',
      ),
      '[]': bad('json: cannot unmarshal array into Go value of type toxiproxy.Proxy'),
    };
    const seen: Record<string, string> = {};
    for (const body of Object.keys(errors)) seen[body] = (await world.call('POST', '/proxies', body)).text.trimEnd();
    expect(seen).toEqual(errors);
  },
  'addresses that cannot be bound are 500 in the words of Go (net)': async (world) => {
    const taken = (await world.upstream()).address;
    const errors: Record<string, string> = {
      [taken]: `listen tcp ${taken}: bind: address already in use`,
      '8.8.8.8:9999': 'listen tcp 8.8.8.8:9999: bind: cannot assign requested address',
      foo: 'listen tcp: address foo: missing port in address',
      'a:b:c': 'listen tcp: address a:b:c: too many colons in address',
      '127.0.0.1:abc': 'listen tcp: lookup tcp/abc: unknown port',
      '127.0.0.1:99999': 'listen tcp: address 99999: invalid port',
    };
    const seen: Record<string, string> = {};
    for (const listen of Object.keys(errors)) {
      const reply = await world.call('POST', '/proxies', { name: 'p', listen, upstream: 'u:1' });
      expect(reply.status).toBe(500);
      seen[listen] = JSON.parse(reply.text).error;
    }
    expect(seen).toEqual(errors);
    expect(await world.must('GET', '/proxies')).toEqual({});
  },
  'two proxies cannot share an address (net)': async (world) => {
    const listen = await world.proxy({ address: 'u:1' });
    const reply = await world.call('POST', '/proxies', { name: 'q', listen, upstream: 'u:1' });
    expect(JSON.parse(reply.text).error).toBe(`listen tcp ${listen}: bind: address already in use`);
  },
  'unknown paths are 404 and wrong methods 405, both without a request id (gorilla/mux)': async (world) => {
    const unknown = await world.call('GET', '/nothing');
    expect([unknown.status, unknown.text]).toEqual([404, '404 page not found\n']);
    const slash = await world.call('GET', '/proxies/');
    const wrong = await world.call('PUT', '/proxies');
    expect([slash.status, wrong.status, wrong.text]).toEqual([404, 405, '']);
    expect([unknown, wrong].map((reply) => reply.headers['x-toxiproxy-request-id'])).toEqual([undefined, undefined]);
  },
  'a browser is refused with 403, on routes that exist (toxiproxy 2.12 api.go stopBrowsersMiddleware)': async (
    world,
  ) => {
    const browser = { 'User-Agent': 'Mozilla/5.0 (X11)' };
    const refused = await world.call('GET', '/version', undefined, browser);
    expect([refused.status, refused.text]).toEqual([403, 'User agent not allowed\n']);
    expect((await world.call('GET', '/nothing', undefined, browser)).status).toBe(404);
  },
  'metrics are 404 without a metrics flag (toxiproxy 2.12 api.go Routes)': async (world) => {
    expect((await world.call('GET', '/metrics')).status).toBe(404);
  },
  'an update may be PATCH or POST, and never renames (toxiproxy 2.12 api.go ProxyUpdate)': async (world) => {
    await world.proxy({ address: 'u:1' });
    for (const [method, upstream] of [
      ['PATCH', 'v:1'],
      ['POST', 'w:1'],
    ] as const) {
      const proxy = await world.must(method, '/proxies/p', { name: 'other', upstream });
      expect(proxy).toMatchObject({ name: 'p', upstream, enabled: true });
    }
    expect((await world.call('PATCH', '/proxies/none', {})).status).toBe(404);
    const reply = await world.call('PATCH', '/proxies/p', { listen: 'foo' });
    expect([reply.status, JSON.parse(reply.text).error]).toEqual([500, 'address foo: missing port in address']);
  },
  'a deleted proxy is 204 and then gone (toxiproxy 2.12 api.go ProxyDelete)': async (world) => {
    await world.proxy({ address: 'u:1' });
    const reply = await world.call('DELETE', '/proxies/p');
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect((await world.call('DELETE', '/proxies/p')).status).toBe(404);
  },
  'a created toxic is 200 with defaults: downstream, toxicity 1, a name, zeroes (toxiproxy 2.12 toxic_collection.go)':
    async (world) => {
      await world.proxy({ address: 'u:1' });
      const reply = await world.call('POST', '/proxies/p/toxics', { type: 'latency' });
      expect([reply.status, reply.text]).toEqual([
        200,
        '{"attributes":{"latency":0,"jitter":0},"name":"latency_downstream","type":"latency","stream":"downstream","toxicity":1}',
      ]);
      expect((await world.call('GET', '/proxies/p/toxics/latency_downstream')).text).toBe(reply.text);
    },
  'every stock toxic shows its own attributes (toxiproxy 2.12 toxics)': async (world) => {
    await world.proxy({ address: 'u:1' });
    const shown: Record<string, unknown> = {};
    const types = ['latency', 'bandwidth', 'slow_close', 'timeout', 'reset_peer', 'slicer', 'limit_data', 'noop'];
    for (const type of types) {
      shown[type] = JSON.stringify((await world.must('POST', '/proxies/p/toxics', { type })).attributes);
    }
    expect(shown).toEqual({
      latency: '{"latency":0,"jitter":0}',
      bandwidth: '{"rate":0}',
      slow_close: '{"delay":0}',
      timeout: '{"timeout":0}',
      reset_peer: '{"timeout":0}',
      slicer: '{"average_size":0,"size_variation":0,"delay":0}',
      limit_data: '{"bytes":0}',
      noop: '{}',
    });
  },
  'toxics are listed upstream first, and names are unique over both directions (toxiproxy 2.12 toxic_collection.go)':
    async (world) => {
      await world.proxy({ address: 'u:1' });
      await world.must('POST', '/proxies/p/toxics', { type: 'noop', name: 'down' });
      await world.must('POST', '/proxies/p/toxics', { type: 'noop', name: 'up', stream: 'upstream' });
      const names = (await world.must('GET', '/proxies/p/toxics')).map((toxic: { name: string }) => toxic.name);
      expect(names).toEqual(['up', 'down']);
      const again = await world.call('POST', '/proxies/p/toxics', { type: 'noop', name: 'down', stream: 'upstream' });
      expect(again.text).toBe('{"error":"toxic already exists","status":409}\n');
    },
  'a stream is matched in any case and kept as written (toxiproxy 2.12 stream/direction.go)': async (world) => {
    await world.proxy({ address: 'u:1' });
    const toxic = await world.must('POST', '/proxies/p/toxics', { type: 'noop', stream: 'UpStream' });
    expect(toxic).toMatchObject({ name: 'noop_UpStream', stream: 'UpStream' });
  },
  'toxicity is a float32 (toxiproxy 2.12 toxics/toxic.go ToxicWrapper)': async (world) => {
    await world.proxy({ address: 'u:1' });
    const shown = [];
    for (const toxicity of [0.1, 0.123456789, 1e-7, 33333333]) {
      const reply = await world.call('POST', '/proxies/p/toxics', { type: 'noop', name: `${toxicity}`, toxicity });
      shown.push(/"toxicity":(.*)\}/u.exec(reply.text)?.[1]);
    }
    expect(shown).toEqual(['0.1', '0.12345679', '1e-7', '33333332']);
  },
  'names are escaped as Go escapes them (encoding/json)': async (world) => {
    await world.proxy({ address: 'u:1' });
    const reply = await world.call('POST', '/proxies/p/toxics', { type: 'noop', name: '<a&b>' });
    expect(reply.text).toContain(String.raw`"name":"\u003ca\u0026b\u003e"`);
  },
  'toxics that cannot be are refused, each with its message (toxiproxy 2.12 api.go errors)': async (world) => {
    await world.proxy({ address: 'u:1' });
    const errors: Record<string, string> = {
      '{}': 'invalid toxic type',
      '{"type":"nope"}': 'invalid toxic type',
      '{"type":"noop","stream":"side"}': 'stream was invalid, can be either upstream or downstream',
      '{"type":"latency","attributes":{"latency":"x"}}':
        'bad request body: json: cannot unmarshal string into Go struct field LatencyToxic.attributes.latency of type int64',
      '{"type":"latency","attributes":{"latency":1.5}}':
        'bad request body: json: cannot unmarshal number 1.5 into Go struct field LatencyToxic.attributes.latency of type int64',
      '{"type":"latency","toxicity":"a"}':
        'bad request body: json: cannot unmarshal string into Go struct field ToxicWrapper.toxicity of type float32',
      '{"type":"latency","attributes":1}':
        'bad request body: json: cannot unmarshal number into Go struct field ToxicWrapper.attributes of type toxics.NoopToxic',
    };
    const seen: Record<string, string> = {};
    for (const body of Object.keys(errors)) {
      const reply = await world.call('POST', '/proxies/p/toxics', body);
      expect(reply.status).toBe(400);
      seen[body] = JSON.parse(reply.text).error;
    }
    expect(seen).toEqual(errors);
    expect(await world.must('GET', '/proxies/p/toxics')).toEqual([]);
  },
  'an update of a toxic keeps what is absent and ignores name, type and stream (toxiproxy 2.12 toxic_collection.go)':
    async (world) => {
      await world.proxy({ address: 'u:1' });
      await world.must('POST', '/proxies/p/toxics', {
        type: 'latency',
        name: 't',
        attributes: { latency: 5, jitter: 2 },
      });
      for (const method of ['PATCH', 'POST']) {
        const body = { name: 'x', type: 'noop', stream: 'upstream', attributes: { latency: 9 }, toxicity: 0.5 };
        expect(await world.must(method, '/proxies/p/toxics/t', body)).toEqual({
          attributes: { latency: 9, jitter: 2 },
          name: 't',
          type: 'latency',
          stream: 'downstream',
          toxicity: 0.5,
        });
      }
      const missing = await world.call('PATCH', '/proxies/p/toxics/none', {});
      expect([missing.status, missing.text]).toEqual([404, '{"error":"toxic not found","status":404}\n']);
      expect((await world.call('PATCH', '/proxies/p/toxics/t', { attributes: { latency: 'x' } })).status).toBe(400);
    },
  'a removed toxic is 204 and then gone (toxiproxy 2.12 api.go ToxicDelete)': async (world) => {
    await world.proxy({ address: 'u:1' });
    await world.must('POST', '/proxies/p/toxics', { type: 'noop' });
    expect((await world.call('DELETE', '/proxies/p/toxics/noop_downstream')).status).toBe(204);
    expect((await world.call('DELETE', '/proxies/p/toxics/noop_downstream')).status).toBe(404);
    expect((await world.call('GET', '/proxies/none/toxics')).status).toBe(404);
  },
  'populate answers 201 with the list, null for an empty one (toxiproxy 2.12 api.go Populate)': async (world) => {
    const empty = await world.call('POST', '/populate', []);
    expect([empty.status, empty.text]).toEqual([201, '{"proxies":null}']);
    const { proxies } = await world.must('POST', '/populate', [
      { name: 'a', listen: '127.0.0.1:0', upstream: 'u:1' },
      { name: 'b', listen: '127.0.0.1:0', upstream: 'u:1', enabled: false },
    ]);
    expect(proxies).toMatchObject([
      { name: 'a', enabled: true },
      { name: 'b', enabled: false },
    ]);
  },
  'populate tells of a body that is no JSON in its own shape (toxiproxy 2.12 api.go Populate)': async (world) => {
    const reply = await world.call('POST', '/populate', '{');
    expect([reply.status, reply.headers['content-type']]).toEqual([400, 'application/json']);
    expect(JSON.parse(reply.text)).toEqual({
      error: 'bad request body: unexpected EOF',
      status: 400,
      proxies: null,
    });
  },
  'populate checks every entry before it does any (toxiproxy 2.12 proxy_collection.go PopulateJson)': async (world) => {
    const reply = await world.call('POST', '/populate', [
      { name: 'a', listen: '127.0.0.1:0', upstream: 'u:1' },
      { name: 'b' },
    ]);
    expect(reply.headers['content-type']).toBe(json);
    expect(reply.text).toBe('{"error":"missing required field: upstream at proxy 2","status":400,"proxies":null}');
    expect(await world.must('GET', '/proxies')).toEqual({});
  },
  'populate stops at the first failure and keeps what was done (toxiproxy 2.12 proxy_collection.go PopulateJson)':
    async (world) => {
      const reply = await world.call('POST', '/populate', [
        { name: 'a', listen: '127.0.0.1:0', upstream: 'u:1' },
        { name: 'b', listen: 'foo', upstream: 'u:1' },
        { name: 'c', listen: '127.0.0.1:0', upstream: 'u:1' },
      ]);
      expect(reply.status).toBe(500);
      expect(JSON.parse(reply.text)).toMatchObject({
        error: 'listen tcp: address foo: missing port in address',
        proxies: [{ name: 'a' }],
      });
      expect(Object.keys(await world.must('GET', '/proxies'))).toEqual(['a']);
    },
  'populate leaves an equal proxy as it is, flag and toxics included (toxiproxy 2.12 AddOrReplace)': async (world) => {
    const listen = await world.proxy({ address: 'u:1' });
    await world.must('POST', '/proxies/p/toxics', { type: 'noop' });
    await world.must('POST', '/populate', [{ name: 'p', listen, upstream: 'u:1', enabled: false }]);
    expect(await world.must('GET', '/proxies/p')).toMatchObject({
      enabled: true,
      toxics: [{ name: 'noop_downstream' }],
    });
  },
  'populate replaces a differing proxy by one without toxics, and leaves the unlisted (toxiproxy 2.12 AddOrReplace)':
    async (world) => {
      const listen = await world.proxy({ address: 'u:1' });
      await world.proxy({ address: 'u:1' }, { name: 'other' });
      await world.must('POST', '/proxies/p/toxics', { type: 'noop' });
      await world.must('POST', '/populate', [{ name: 'p', listen, upstream: 'v:1' }]);
      expect(await world.must('GET', '/proxies')).toMatchObject({ p: { upstream: 'v:1', toxics: [] }, other: {} });
    },
  'reset starts every proxy and removes every toxic (toxiproxy 2.12 api.go ResetState)': async (world) => {
    await world.proxy({ address: 'u:1' }, { enabled: false });
    await world.must('POST', '/proxies/p/toxics', { type: 'noop' });
    const reply = await world.call('POST', '/reset');
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(await world.must('GET', '/proxies/p')).toMatchObject({ enabled: true, toxics: [] });
  },
};
