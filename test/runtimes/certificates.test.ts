import { X509Certificate } from 'node:crypto';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { makeAuthority } from '../../sim/runtimes/certificates.ts';

/** One TLS handshake on loopback: resolves to the protocol spoken, rejects with the client's error code. */
async function handshake(
  ca: string,
  leaf: { key: string; cert: string },
  servername: string,
  host = '127.0.0.1',
): Promise<string | null> {
  const server = createServer({ key: leaf.key, cert: leaf.cert }, (socket) => socket.end());
  server.on('tlsClientError', () => {});
  server.listen(0, host);
  await once(server, 'listening');
  const client: TLSSocket = connect({
    port: (server.address() as AddressInfo).port,
    host,
    ca,
    ...(servername ? { servername } : {}),
  });
  try {
    await once(client, 'secureConnect');
    return client.getProtocol();
  } finally {
    client.destroy();
    server.close();
    await once(server, 'close');
  }
}

test('a client that trusts the authority accepts what it issued, for its name, a wildcard and an address', async () => {
  const authority = makeAuthority();
  const leaf = authority.issue(['api.myhoneydue.com', '*.neon.tech'], ['127.0.0.1']);
  expect(await handshake(authority.caPem, leaf, 'api.myhoneydue.com')).toBe('TLSv1.3');
  expect(await handshake(authority.caPem, leaf, 'ep-1.neon.tech')).toBe('TLSv1.3');
  expect(await handshake(authority.caPem, leaf, '')).toBe('TLSv1.3');
});

test('a client refuses another name, and the certificate of another run', async () => {
  const authority = makeAuthority();
  const leaf = authority.issue(['api.myhoneydue.com']);
  await expect(handshake(authority.caPem, leaf, 'evil.example')).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  await expect(handshake(makeAuthority().caPem, leaf, 'api.myhoneydue.com')).rejects.toMatchObject({
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  });
});

test('the authority is one, its certificates are not, and no serial number repeats', () => {
  const authority = makeAuthority();
  const ca = new X509Certificate(authority.caPem);
  const leaves = [1, 2, 3].map(() => new X509Certificate(authority.issue(['a.example']).cert));
  expect(ca.ca).toBe(true);
  expect(leaves.map((leaf) => [leaf.ca, leaf.checkIssued(ca), leaf.verify(ca.publicKey)])).toEqual(
    leaves.map(() => [false, true, true]),
  );
  expect(new Set(leaves.map((leaf) => leaf.serialNumber)).size).toBe(3);
});

test('an address that is not IPv4 is our own mistake', () => {
  expect(() => makeAuthority().issue(['a.example'], ['::1'])).toThrow('not an IPv4 address: ::1');
});
