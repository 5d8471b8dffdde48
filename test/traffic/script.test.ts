/** k6 load scripts as our generator reads them. */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SimError } from '../../sim/errors.ts';
import { readLoadScript, type LoadScript } from '../../sim/traffic/script.ts';
import { script, scriptFolder, STEADY } from './scripts.ts';

const TASKS = join(import.meta.dirname, '..', '..', 'scenarios', 'load', 'tasks.ts');
const folder = scriptFolder();
afterAll(() => folder[Symbol.dispose]());
const read = (text: string): Promise<LoadScript> => readLoadScript(folder.write(text), {});
async function refused(attempt: Promise<unknown>): Promise<SimError> {
  const error = await attempt.then(
    () => new Error('it was read'),
    (reason: unknown) => reason,
  );
  if (error instanceof SimError && error.code === 'SIM_LOAD_INVALID') return error;
  throw error;
}

describe('scenarios/load/tasks.ts', () => {
  test('is 17 lists and 3 creates a second', async () => {
    const { journeys } = await readLoadScript(TASKS, { TOKEN_SECRET: 's' });
    expect(journeys.map(({ journey, rateRps }) => [journey, rateRps])).toEqual([
      ['listTasks', 17],
      ['createTask', 3],
    ]);
  });
  test('sends each user’s own token and a request id that nobody else has', async () => {
    const { journeys } = await readLoadScript(TASKS, { TOKEN_SECRET: 's' });
    const [list, create] = journeys;
    expect(list?.render(5, 9)).toEqual({
      method: 'GET',
      url: 'https://api.myhoneydue.com/api/tasks/',
      headers: {
        Authorization: `Token 5.${createHmac('sha256', 's').update('5').digest('hex')}`,
        Accept: 'application/json',
        'Content-Type': 'application/json',
        'X-Request-Id': 'u5-listTasks-9',
      },
    });
    const made = create?.render(5, 9);
    expect(JSON.parse(made?.body ?? '')).toEqual({
      title: 'Clean the gutter (u5-createTask-9)',
      request_id: 'u5-createTask-9',
    });
  });
});

describe('a script', () => {
  test('may say its rate by another unit of time', async () => {
    const { journeys } = await read(
      script(`a: { executor: 'constant-arrival-rate', exec: 'run', rate: 90, timeUnit: '1m' }`),
    );
    expect(journeys[0]?.rateRps).toBe(1.5);
  });
  test('may leave exec out: then its default function is the journey', async () => {
    const { journeys } = await read(script(`a: { executor: 'constant-arrival-rate', rate: 1 }`));
    expect(journeys[0]).toMatchObject({ journey: 'default', rateRps: 1 });
  });
  test('sees the scenario’s own name, so that two scenarios of one function keep their ids apart', async () => {
    const text = script(
      `${STEADY}, b: { executor: 'constant-arrival-rate', exec: 'run', rate: 1 }`,
      `http.post('https://h/' + exec.scenario.name + '/' + exec.vu.idInTest + '/' + exec.scenario.iterationInTest, 'x');`,
      `import exec from "k6/execution";`,
    );
    const { journeys } = await read(text);
    expect(journeys.map((one) => one.render(4, 2))).toEqual(
      ['a', 'b'].map((name) => ({ method: 'POST', url: `https://h/${name}/4/2`, headers: {}, body: 'x' })),
    );
  });
  test('may say that there is no body as k6 says it', async () => {
    const { journeys } = await read(script(STEADY, `http.del('https://h/x', null, { headers: { A: 'b' } });`));
    expect(journeys[0]?.render(1, 1)).toEqual({ method: 'DELETE', url: 'https://h/x', headers: { A: 'b' } });
  });
  test('is rendered the same however often it is asked', async () => {
    const { journeys } = await read(script(STEADY));
    expect(journeys[0]?.render(1, 1)).toEqual(journeys[0]?.render(1, 1));
  });
});

describe('a script that our generator cannot read is refused with what it can', () => {
  test.each([
    ['an unknown k6 module', script(STEADY, '', `import ws from 'k6/ws';`), 'module "k6/ws"', 'k6/http'],
    ['one in double quotes', script(STEADY, '', `import ws from "k6/ws";`), 'module "k6/ws"', 'k6/http'],
    [
      'one over several lines',
      script(STEADY, '', `import {\n  a,\n} from 'k6/experimental/fs';`),
      'module "k6/experimental/fs"',
      'known',
    ],
    ['a module from the web', script(STEADY, '', `import 'https://jslib.k6.io/x.js';`), 'module "https://', 'known'],
    [
      'another executor',
      script(`a: { executor: 'ramping-vus', exec: 'run' }`),
      'executor "ramping-vus"',
      'constant-arrival-rate',
    ],
    ['no executor', script(`a: { exec: 'run' }`), 'executor "undefined"', 'constant-arrival-rate'],
    [
      'a function that is not exported',
      script(`a: { executor: 'constant-arrival-rate', exec: 'rum', rate: 1 }`),
      'calls "rum"',
      'run',
    ],
    ['no rate', script(`a: { executor: 'constant-arrival-rate', exec: 'run' }`), 'no positive rate', 'timeUnit'],
    [
      'rate 0',
      script(`a: { executor: 'constant-arrival-rate', exec: 'run', rate: 0 }`),
      'no positive rate',
      'timeUnit',
    ],
    [
      'a unit of time that is none',
      script(`a: { executor: 'constant-arrival-rate', exec: 'run', rate: 1, timeUnit: 'second' }`),
      'no positive rate',
      '"1s"',
    ],
    ['no scenarios', script(''), 'no scenarios', 'export const options'],
    ['no options', 'export default () => {};', 'no scenarios', 'export const options'],
    ['an error of its own', 'throw new Error("boom");', 'does not load: boom', 'known'],
    ['text that is no script', 'import http from', 'does not load', 'known'],
  ])('%s', async (_name, text, message, hint) => {
    const error = await refused(read(text));
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });
  test('a file that is not there', async () => {
    const error = await refused(readLoadScript(join(import.meta.dirname, 'no-such-script.ts'), {}));
    expect(error.message).toContain('could not be read');
  });
  test.each([
    ['two requests', `http.get('https://h/'); http.get('https://h/');`, 'sends 2 requests'],
    ['no request', '', 'sends 0 requests'],
    ['a path alone', `http.get('/api/tasks/');`, 'asks for "/api/tasks/", which is no address'],
    ['another protocol', `http.get('ftp://h/');`, 'asks for "ftp://h/", which is no address'],
    ['a port', `http.get('https://h:8443/');`, 'asks for port 8443'],
    ['a body that is no text', `http.post('https://h/', { a: 1 });`, 'sends a body that is no text'],
    ['a header of two lines', `http.get('https://h/', { headers: { A: 'b\\nc' } });`, 'sends the header "A"'],
    ['a header without a value', `http.get('https://h/', { headers: { A: undefined } });`, 'sends the header "A"'],
    [
      'a header with a blank in its name',
      `http.get('https://h/', { headers: { 'A b': 'c' } });`,
      'sends the header "A b"',
    ],
    ['an answer that it reads', `http.get('https://h/').json().id;`, 'breaks off'],
  ])('%s in an iteration', async (_name, body, message) => {
    const { journeys } = await read(script(STEADY, body));
    const error = await refused(Promise.resolve().then(() => journeys[0]?.render(1, 1)));
    expect(error.message).toContain(message);
    expect(error.hint).toBeDefined();
  });
});
