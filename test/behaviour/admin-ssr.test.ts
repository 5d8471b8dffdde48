/** The admin's pages: where their data comes from (book, "Admin panel data flow"), and what becomes of a page when it does not come. */
import { describe, expect, it } from 'vitest';
import { adminOf, usersPage, type Admin } from '../../sim/behaviour/admin-ssr.ts';
import type { HttpRequest, HttpResponse } from '../../sim/behaviour/http-message.ts';
import { fileOfBody } from '../../sim/behaviour/static-files.ts';
import { Script, Seen, type Reactions, type ScriptedConnection } from './script.ts';

const PUBLIC = { apiUrl: 'https://api.myhoneydue.com' };
const INTERNAL = { apiUrl: 'http://api:8000' };
const asked: HttpRequest = {
  method: 'GET',
  path: '/users',
  host: 'admin.myhoneydue.com',
  headers: { authorization: 'Token 1.x', 'x-request-id': 'u1-adminUsers-1', cookie: 'a=b' },
};
const users = JSON.stringify([{ id: 1, email: 'a@example.com' }]);
const answering = (status: number, body: string): Reactions => ({
  exchange: (): HttpResponse => ({ status, headers: {}, body }),
});
function ask(reactions: Reactions, admin: Admin, script = new Script(reactions)): [Script, HttpResponse] {
  return [script, script.run(usersPage(admin, asked))];
}
const names = (script: Script): string[] => script.all('query').map((one) => one.name);
const dials = (script: Script): unknown[] => script.all('dial').map((one) => [one.port, one.serverName]);

describe('admin: where it fetches from', () => {
  it('public URL: the name is asked for after the search list (facts 3.9: ndots 5), then TLS to port 443', () => {
    const publicOnly: Reactions = {
      ...answering(200, users),
      query: (name) => (name === 'api.myhoneydue.com' ? ['10.0.0.9'] : 'no-such-name'),
    };
    const [script, page] = ask(publicOnly, adminOf(PUBLIC));
    expect(names(script)).toEqual([
      'api.myhoneydue.com.default.svc.cluster.local',
      'api.myhoneydue.com.svc.cluster.local',
      'api.myhoneydue.com.cluster.local',
      'api.myhoneydue.com',
    ]);
    expect([dials(script), page.status]).toEqual([[[443, 'api.myhoneydue.com']], 200]);
  });
  it('internal URL: one question, no TLS, port 8000', () => {
    const [script, page] = ask(answering(200, users), adminOf(INTERNAL));
    expect([names(script), dials(script), page.status]).toEqual([
      ['api.default.svc.cluster.local'],
      [[8000, undefined]],
      200,
    ]);
  });
  it('a page that may not be kept, rendered from the rows, for who asked', () => {
    const sent: HttpRequest[] = [];
    const [, page] = ask(
      { exchange: (message: HttpRequest) => (sent.push(message), { status: 200, headers: {}, body: users }) },
      adminOf(INTERNAL),
    );
    expect(sent).toEqual([
      {
        method: 'GET',
        path: '/api/admin/users/',
        host: 'api',
        headers: { accept: 'application/json', authorization: 'Token 1.x', 'x-request-id': 'u1-adminUsers-1' },
      },
    ]);
    expect([fileOfBody(page.body), page.body.includes('a@example.com')]).toEqual(['/users', true]);
    expect(page.headers['cache-control']).toBe('private, no-store');
  });
});

describe('admin: connections', () => {
  it('keeps one for the next page', () => {
    const admin = adminOf(PUBLIC);
    const script = new Script(answering(200, users));
    ask({}, admin, script);
    ask({}, admin, script);
    expect([script.all('dial').length, script.all('exchange').length]).toEqual([1, 2]);
  });
  it('a kept one that was seen to end is passed by; one that dies under a fetch fails it (undici sends nothing twice)', () => {
    const admin = adminOf(PUBLIC);
    const script = new Script({
      exchange: (_message, _connection, attempt) =>
        attempt === 1 ? new Seen('reset') : { status: 200, headers: {}, body: users },
    });
    ask({}, admin, script);
    expect([ask({}, admin, script)[1].status, script.all('dial').length, script.closed.length]).toEqual([500, 1, 1]);
    expect([ask({}, admin, script)[1].status, script.all('dial').length]).toEqual([200, 2]);
    for (const one of admin.idle) (one as ScriptedConnection).alive = false;
    expect([ask({}, admin, script)[1].status, script.all('dial').length]).toEqual([200, 3]);
  });
});

describe('admin: no data, no page', () => {
  it.each([
    ['the edge refuses', { dial: () => 'refused' }],
    ['the name is not found', { query: () => 'no-such-name' }],
    ["the edge's own 521", answering(521, '{}')],
    ["the api's 500", answering(500, '{"message":"Internal Server Error"}')],
    ['no JSON', answering(200, '<html>')],
    ['no list', answering(200, '{}')],
  ] satisfies [string, Reactions][])('%s: 500', (_what, reactions) => {
    const [, page] = ask(reactions, adminOf(PUBLIC));
    expect([page.status, fileOfBody(page.body)]).toEqual([500, undefined]);
  });
  it.each([
    ['drops SYNs', { dial: () => 'connect-silent' }],
    ['has a name that nobody tells', { query: () => 'reply-silent' }],
    [
      'has a name that is told late, and drops SYNs',
      { query: (_name, attempt) => (attempt === 0 ? 'reply-silent' : ['10.0.0.9']), dial: () => 'connect-silent' },
    ],
  ] satisfies [string, Reactions][])(
    'an edge that %s is waited for ten seconds in all (undici, connect)',
    (_what, reactions) => {
      const [script, page] = ask(reactions, adminOf(PUBLIC));
      expect([page.status, script.nowMs]).toEqual([500, 10_000]);
    },
  );
});
