import { GenericContainer, Network, type StartedNetwork, type StartedTestContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageOf, startSandbox } from './containers.ts';

// Status and body of each failure: facts.md 2.1. Observed here beyond it: Traefik guesses no content type, so the answers
// it writes itself for a failed server carry none.
const PLAIN = 'text/plain; charset=utf-8';

/** Three services by path: one that answers (Traefik itself), one without a server, one whose server refuses. */
const routes = (closedAddress: string) => `
http:
  routers:
    live: { rule: "PathPrefix(\`/ping\`)", entryPoints: [web], service: live }
    empty: { rule: "PathPrefix(\`/empty\`)", entryPoints: [web], service: empty }
    dead: { rule: "PathPrefix(\`/dead\`)", entryPoints: [web], service: dead }
  services:
    live: { loadBalancer: { servers: [{ url: "http://127.0.0.1:8080" }] } }
    empty: { loadBalancer: { servers: [] } }
    dead: { loadBalancer: { servers: [{ url: "http://${closedAddress}:8000" }] } }
`;

const FOLDER = '/etc/traefik/dynamic';
let network: StartedNetwork;
let sandbox: StartedTestContainer;
let traefik: StartedTestContainer;

beforeAll(async () => {
  network = await new Network().start();
  sandbox = await startSandbox(network);
  traefik = await new GenericContainer(imageOf('TWIN_IMAGE_TRAEFIK'))
    .withCommand(['--entryPoints.web.address=:80', '--ping=true', `--providers.file.directory=${FOLDER}`])
    .withCopyContentToContainer([
      { content: routes(sandbox.getIpAddress(network.getName())), target: `${FOLDER}/routes.yml` },
    ])
    .withNetwork(network)
    .withExposedPorts(80)
    .withWaitStrategy(Wait.forHttp('/ping', 80))
    .start();
});

afterAll(async () => {
  await traefik?.stop();
  await sandbox?.stop();
  await network?.stop();
});

test.for([
  { when: 'no router matches', path: '/nobody', status: 404, body: '404 page not found\n', type: PLAIN },
  { when: 'a service has no server', path: '/empty', status: 503, body: 'no available server\n', type: PLAIN },
  { when: 'the server refuses', path: '/dead', status: 502, body: 'Bad Gateway', type: null },
])('traefik: answers $status when $when (facts.md 2.1)', async ({ path, status, body, type }) => {
  const answer = await fetch(`http://${traefik.getHost()}:${traefik.getMappedPort(80)}${path}`);
  const seen = { status: answer.status, body: await answer.text(), type: answer.headers.get('content-type') };
  expect(seen).toEqual({ status, body, type });
});
