import { describe, expect, it } from 'vitest';
import {
  phoneRequest,
  phoneState,
  requestIdOf,
  userOf,
  wrongBody,
  type Oracle,
  type PhoneState,
} from '../../sim/behaviour/phone.ts';
import type { HttpRequest, HttpResponse } from '../../sim/behaviour/http-message.ts';
import { Late, Script, Seen, type Reactions } from './script.ts';

const planned = (method: string, user = 1, n = 1) => {
  const journey = method === 'GET' ? 'listTasks' : 'createTask';
  return {
    requestId: requestIdOf(user, journey, n),
    atMs: 0,
    journey,
    user,
    method,
    url: 'https://api.myhoneydue.com/api/tasks/',
    headers: {},
  };
};
function ask(reactions: Reactions, method = 'GET', oracle: Oracle = 'status', phone: PhoneState = phoneState()) {
  const script = new Script(reactions);
  return { script, part: script.run(phoneRequest(phone, planned(method), oracle)) };
}
const answer = (status: number, body = ''): Reactions => ({
  exchange: (): HttpResponse => ({ status, headers: {}, body }),
});

describe('phone: what is asked for', () => {
  const asking = (url: string, oracle: Oracle, body = '') => {
    const script = new Script(answer(200, body));
    const part = script.run(phoneRequest(phoneState(), { ...planned('GET'), url }, oracle));
    return { part, paths: script.all('exchange').map(({ message }) => (message as HttpRequest).path) };
  };
  it('is the path with its query, never the fragment', () => {
    expect(asking('https://h/x/?y=1&z=a%20b#part', 'status').paths).toEqual(['/x/?y=1&z=a%20b']);
  });
  it.each<[Oracle, string, string]>([
    ['file-asked-for', '/css/app.css?v=2', 'file /css/app.css'],
    ['photo-asked-for', '/media/photos/1.jpg?size=small', 'photo photos/1.jpg'],
  ])('has a right answer whatever its query: %s', (oracle, path, body) => {
    expect(asking(`https://h${path}`, oracle, body).part).toMatchObject({ end: 'ok' });
  });
});

describe('phone: how a request ends', () => {
  it.each([
    ['GET', 500, 'fail'],
    ['POST', 400, 'fail'],
    ['POST', 502, 'unknown'],
    ['POST', 522, 'unknown'],
    ['POST', 521, 'fail'],
    ['POST', 523, 'fail'],
  ])('a %s answered with %i is %s', (method, status, end) => {
    expect(ask(answer(status), method).part).toMatchObject({ end, status });
  });
  it.each([
    ['GET', 'fail'],
    ['POST', 'unknown'],
  ])('a %s that was sent and cut off is %s', (method, end) => {
    expect(ask({ exchange: () => new Seen('reset') }, method).part).toMatchObject({ end, error: 'reset' });
  });
  it.each(['refused', 'connect-silent'] as const)('a POST whose connect is %s was certainly not sent', (saw) => {
    expect(ask({ dial: () => saw }, 'POST').part).toMatchObject({ end: 'fail', error: saw });
  });
  it('a name that is not found fails without a connect', () => {
    const { part, script } = ask({ query: () => 'no-such-name' });
    expect([part.error, script.all('dial').length]).toEqual(['no-such-name', 0]);
  });
  it('gives up after 60 s in all, the look-up of a name included', () => {
    const { part, script } = ask({ query: () => new Late(['10.0.0.1'], 4_000), dial: () => 'connect-silent' });
    expect([part.error, script.nowMs]).toEqual(['connect-silent', 60_000]);
  });
  it('gives up after 60 s in all, connecting included', () => {
    const { part, script } = ask({ exchange: () => new Seen('reply-silent') });
    expect([part.error, script.nowMs]).toEqual(['client-timeout', 60_000]);
  });
});

describe('phone: its connection', () => {
  it("is dialled by name, so that the edge's certificate can be held against it, and kept", () => {
    const phone = phoneState();
    const script = new Script(answer(200));
    script.run(phoneRequest(phone, planned('GET'), 'status'));
    script.run(phoneRequest(phone, planned('GET'), 'status'));
    expect(script.all('dial').map((dial) => dial.serverName)).toEqual(['api.myhoneydue.com']);
  });
  it('is closed and made anew when nobody used it for as long as phones keep one', () => {
    const phone = phoneState(new Map(), { requestTimeoutMs: 60_000, keepAliveMs: 400 });
    const script = new Script(answer(200));
    script.run(phoneRequest(phone, planned('GET'), 'status'));
    script.nowMs += 400;
    script.run(phoneRequest(phone, planned('GET'), 'status'));
    expect([script.all('dial').length, script.all('close').length]).toEqual([1, 0]);
    script.nowMs += 401;
    script.run(phoneRequest(phone, planned('GET'), 'status'));
    expect([script.all('dial').length, script.all('close').length]).toEqual([2, 1]);
  });
  it('is given up with the request after as long as its owner waits', () => {
    const phone = phoneState(new Map(), { requestTimeoutMs: 5_000, keepAliveMs: 400 });
    const { script, part } = ask({ exchange: () => new Seen('reply-silent') }, 'GET', 'status', phone);
    expect([part.error, script.nowMs]).toEqual(['client-timeout', 5_000]);
  });
  it('is shared by a request that begins while it is being made', () => {
    const phone = phoneState();
    const [first, second] = [
      phoneRequest(phone, planned('GET'), 'status'),
      phoneRequest(phone, planned('GET'), 'status'),
    ];
    const connection = { alive: true };
    // First: now, now, enter, now, now, query, dial; then second waits at the gate until first has left it.
    let step = first.next();
    while (step.value !== undefined && (step.value as { do: string }).do !== 'dial')
      step = first.next(
        (step.value as { do: string }).do === 'query'
          ? { ok: true, addresses: ['a'], ttlMs: 1 }
          : (step.value as { do: string }).do === 'enter'
            ? true
            : 0,
      );
    let other = second.next();
    while ((other.value as { do: string }).do !== 'enter') other = second.next(0);
    expect((other.value as { gate: unknown }).gate).toBe(phone.connecting);
    step = first.next({ ok: true, connection });
    expect((step.value as { do: string }).do).toBe('leave');
    other = second.next(true);
    expect((other.value as { do: string }).do).toBe('now');
    other = second.next(0);
    expect((other.value as { do: string }).do).toBe('leave');
  });
});

describe('phone: what a right answer holds', () => {
  const list = (...ids: string[]): string => JSON.stringify(ids.map((request_id) => ({ request_id })));
  const mine = planned('GET', 1);
  it('a list without an acknowledged task is wrong', () => {
    expect(
      wrongBody('tasks-of-user', mine, new Set(['u1-createTask-1', 'u1-createTask-2']), list('u1-createTask-1')),
    ).toBe('1 acknowledged task(s) missing, first u1-createTask-2');
  });
  it("a list with another user's task is wrong", () => {
    expect(wrongBody('tasks-of-user', mine, new Set(), list('u2-createTask-1'))).toContain('another user');
  });
  it("a list with more of the user's own than was acknowledged is right", () => {
    expect(
      wrongBody('tasks-of-user', mine, new Set(['u1-createTask-1']), list('u1-createTask-1', 'u1-createTask-9')),
    ).toBeUndefined();
  });
  it('a photo is right when it is the one that was asked for', () => {
    const asked = { ...mine, url: 'https://h/media/photos/1.jpg' };
    const judged = (body: string): unknown => wrongBody('photo-asked-for', asked, new Set(), body);
    expect(judged('photo photos/1.jpg')).toBeUndefined();
    expect(judged('photo photos/11.jpg')).toBe('the body is photos/11.jpg');
    expect([judged(''), judged('photo '), judged('<html>')]).toEqual(Array(3).fill('the body is no photo'));
  });
  it('a file of the site is right when it is the one that was asked for', () => {
    const judged = (body: string, path = '/css/a.css'): unknown =>
      wrongBody('file-asked-for', { ...mine, url: `https://h${path}?v=2` }, new Set(), body);
    expect([judged('file /css/a.css'), judged('file /', '/')]).toEqual([undefined, undefined]);
    expect([judged('file /css/b.css'), judged('<html>')]).toEqual([
      'the body is /css/b.css',
      'the body is no file of the site',
    ]);
  });
  it('an upload is right when the answer is about it', () => {
    const told = (id: string): unknown =>
      wrongBody('stored-photo', mine, new Set(), JSON.stringify({ request_id: id }));
    expect([told(mine.requestId), told('u1-other-2')]).toEqual([undefined, 'the answer is about request u1-other-2']);
  });
  it('a body that is no list is wrong', () => {
    expect([
      wrongBody('tasks-of-user', mine, new Set(), '{}'),
      wrongBody('tasks-of-user', mine, new Set(), '<html>'),
    ]).toEqual(['the body is not a list', 'the body is not JSON']);
  });
  it('a created task is the one that was sent, and is remembered only then', () => {
    const phone = phoneState();
    expect(ask(answer(201, '{"request_id":"u1-createTask-9"}'), 'POST', 'created-task', phone).part).toMatchObject({
      end: 'fail',
      error: 'wrong-body',
    });
    expect([...phone.acknowledged]).toEqual([]);
    expect(ask(answer(201, '{"request_id":"u1-createTask-1"}'), 'POST', 'created-task', phone).part.end).toBe('ok');
    expect([...phone.acknowledged]).toEqual(['u1-createTask-1']);
  });
  it('does not ask a list for what was acknowledged while it was on its way', () => {
    const phone = phoneState();
    const reactions: Reactions = {
      exchange: () => {
        phone.acknowledged.add('u1-createTask-5');
        return { status: 200, headers: {}, body: '[]' };
      },
    };
    expect(ask(reactions, 'GET', 'tasks-of-user', phone).part.end).toBe('ok');
  });
  it('request ids tell whose they are', () => {
    expect([userOf(requestIdOf(12, 'createTask', 3)), userOf('other')]).toEqual([12, undefined]);
  });
});
