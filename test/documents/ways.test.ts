/** Labels of latency figures: which way, on which connection, one way or there and back. */
import { describe, expect, test } from 'vitest';
import { figureClaims } from '../../sim/documents/ways.ts';
import honeydue from '../../topology/honeydue.ts';

const claimsIn = (rows: readonly string[], heading = 'Latency') =>
  figureClaims(`# ${heading}\n\n| Hop | Latency |\n|---|---|\n${rows.join('\n')}\n`, 'book.md', 's', honeydue);
const figureOf = (label: string, text = '5–15 ms', heading?: string) =>
  claimsIn([`| ${label} | ${text} |`], heading)[0]?.figure;

describe('the ends of a way', () => {
  test.each([
    ['User → CF (Austin → DFW)', ['phone', 'edge']],
    ['CF → hetzner (Dallas → Nuremberg)', ['edge', 'ingress']],
    ['Traefik → api (same or cross-node)', ['ingress', 'api']],
    ['api → Postgres (query)', ['api', 'postgres']],
    ['api -> Neon', ['api', 'postgres']],
    ['Cloudflare edge to origin', ['edge', 'ingress']],
    ['phone => api', ['phone', 'api']],
    ['api ⟶ cache', ['api', 'redis']],
    ['Austin → Dallas', ['phone', 'edge']],
  ])('"%s" is the way between %j', (label, ends) => {
    expect(figureOf(label)?.between).toEqual(ends);
  });
  test.each(['Total, both ways', 'End-to-end', 'Sum', 'Overall'])('"%s" is the whole way', (label) => {
    expect(figureOf(label)).toMatchObject({ way: 'round-trip' });
    expect(figureOf(label)).not.toHaveProperty('between');
  });
  test.each([
    'Firewall, kernel, Traefik accept',
    'api: response',
    'User → CF → hetzner',
    'Kafka → api',
    'api → api',
    '',
  ])('"%s" names no way that can be told apart: it is left unread, and kept as a claim', (label) => {
    const [claim] = claimsIn([`| ${label} | 5–15 ms |`]);
    expect(claim?.about).toBe('figure');
    expect(claim).not.toHaveProperty('figure');
  });
});

describe('what is said about the way', () => {
  test.each([
    ['api → Postgres, warm connection', 'warm'],
    ['api → Postgres', 'warm'],
    ['api → Postgres, new connection', 'cold'],
    ['api → Postgres (cold)', 'cold'],
  ])('"%s" is about a %s connection', (label, connection) => {
    expect(figureOf(label)?.connection).toBe(connection);
  });
  test.each([
    ['CF → hetzner', '90–120 ms', 'unsaid'],
    ['CF → hetzner', '90–120 ms each way', 'one-way'],
    ['CF → hetzner (one-way)', '90–120 ms', 'one-way'],
    ['CF → hetzner', '90–120 ms RTT', 'round-trip'],
    ['CF → hetzner, round trip', '90–120 ms', 'round-trip'],
    ['api → Postgres (query)', '20–60 ms', 'round-trip'],
  ])('"%s", "%s" is meant %s', (label, text, way) => {
    expect(figureOf(label, text)?.way).toBe(way);
  });
  test.each([
    ['api → Postgres, one query', 'trip'],
    ['api → Redis (invalidate)', 'trip'],
    ['api → Postgres (query)', 'request'],
    ['api → Postgres', 'request'],
  ])('"%s" is the figure of a %s', (label, per) => {
    expect(figureOf(label)?.per).toBe(per);
  });
  test('the journey is named by the heading above the table, or by the label', () => {
    expect(figureOf('Total', '1 s', 'Latency of "create task"')?.journey).toBe('createTask');
    expect(figureOf('Total', '1 s', 'When a user lists tasks')?.journey).toBe('listTasks');
    expect(figureOf('Create a task: total', '1 s')?.journey).toBe('createTask');
    expect(figureOf('Total', '1 s')).not.toHaveProperty('journey');
  });
});

test('each figure is a claim of its own, with its line and a name that tells it apart', () => {
  const claims = claimsIn([
    '| api → Redis | <1 ms |',
    '| api → Redis | 1–2 ms |',
    '| note | see below |',
    '| x | >2 s |',
  ]);
  expect(claims.map(({ source, name }) => [source.line, name, source.text])).toEqual([
    [5, 'api-redis', 'api → Redis: <1 ms'],
    [6, 'api-redis-2', 'api → Redis: 1–2 ms'],
    [8, 'x', 'x: >2 s'],
  ]);
});
test('a figure without an upper end has none in the journal either: JSON knows no infinity', () => {
  const figure = figureOf('api → Redis', '>2 s');
  expect(figure).toMatchObject({ minMs: 2_000, lowMs: 2_000 });
  expect(figure).not.toHaveProperty('maxMs');
  expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
});

test('a total among places that the topology has not is of another cluster', () => {
  const whole = (city: string) =>
    figureClaims(
      `# Latency\n\n| Hop | ms |\n|---|---|\n| Client in ${city} → edge | 8 |\n| edge → api | 40 |\n| Total | 48 |\n`,
      'book.md',
      's',
      honeydue,
    ).map(
      ({ source, figure }) =>
        `${source.text}: ${figure === undefined ? 'unread' : (figure.between?.join('-') ?? 'whole')}`,
    );
  expect(whole('Austin')).toEqual([
    'Client in Austin → edge: 8 ms: phone-edge',
    'edge → api: 40 ms: edge-api',
    'Total: 48 ms: whole',
  ]);
  expect(whole('Mumbai')).toEqual(['Client in Mumbai → edge: 8 ms: unread', 'edge → api: 40 ms: unread']);
});
