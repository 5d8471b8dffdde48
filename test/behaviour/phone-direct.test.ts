/** Past the edge: a client that dials a node's own address (book, hop 2: HTTP in plain text, :80 open for anybody). */
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../sim/behaviour/http-message.ts';
import { phoneRequest, phoneState, type PhonePart, type PhoneState } from '../../sim/behaviour/phone.ts';
import { Script, type Reactions } from './script.ts';

const ADDRESS = '178.104.247.152';
const knowing = (): PhoneState => phoneState(new Map([[ADDRESS, { host: 'entry', port: 10_080 }]]));
const planned = {
  requestId: 'u1-dialNode-1',
  atMs: 0,
  journey: 'dialNode',
  user: 1,
  method: 'GET',
  url: `http://${ADDRESS}/api/tasks/`,
  headers: { host: 'api.myhoneydue.com', authorization: 'Token 1.x' },
};
function ask(reactions: Reactions, phone = knowing(), script = new Script(reactions)): [Script, PhonePart] {
  return [script, script.run(phoneRequest(phone, planned, 'status'))];
}
const served: Reactions = { exchange: () => ({ status: 200, headers: {}, body: '' }) };

describe('phone: past the edge', () => {
  it('asks for no name and speaks no TLS: what is dialled is the node', () => {
    const [script, part] = ask(served);
    expect(part).toMatchObject({ end: 'ok', status: 200 });
    expect(script.all('query')).toEqual([]);
    expect(script.all('dial').map(({ host, port, serverName }) => [host, port, serverName])).toEqual([
      ['entry', 10_080, undefined],
    ]);
  });
  it('says which host it means, once', () => {
    const sent: HttpRequest[] = [];
    ask({ exchange: (message: HttpRequest) => (sent.push(message), { status: 200, headers: {}, body: '' }) });
    expect(sent.map(({ host, headers }) => [host, headers])).toEqual([
      ['api.myhoneydue.com', { authorization: 'Token 1.x' }],
    ]);
  });
  it('makes a connection for each request, and leaves none open', () => {
    const phone = knowing();
    const script = new Script(served);
    ask(served, phone, script);
    ask(served, phone, script);
    expect([script.all('dial').length, script.closed.length, phone.connection]).toEqual([2, 2, undefined]);
  });
  it('a node that drops SYNs is waited for as long as a phone waits; one that refuses is told at once', () => {
    const [silent, part] = ask({ dial: () => 'connect-silent' });
    expect([part.error, part.end, silent.nowMs]).toEqual(['connect-silent', 'fail', 60_000]);
    expect(ask({ dial: () => 'refused' })[1].error).toBe('refused');
  });
  it('an address that the topology has no way to: no route', () => {
    const [script, part] = ask(served, phoneState());
    expect([part.error, part.detail, script.effects.some((one) => one.do === 'dial')]).toEqual([
      'no-route',
      `the topology has no way from users to ${ADDRESS}`,
      false,
    ]);
  });
});
