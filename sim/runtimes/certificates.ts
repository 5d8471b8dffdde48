/**
 * A certificate authority for one run and the certificates it issues, EC P-256. X.509 (RFC 5280) is written here by
 * hand: node:crypto makes keys and signatures but no certificates, and these few fields need no library.
 */
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface Authority {
  /** What a client trusts, PEM. */
  readonly caPem: string;
  /** A server certificate for these DNS names (`*.` allowed) and IPv4 addresses. */
  issue(names: readonly string[], ips?: readonly string[]): IssuedCertificate;
}
/** Both PEM; the key is PKCS 8. */
export interface IssuedCertificate {
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 86_400_000;

/** An authority that no machine trusts by itself and whose key never leaves this process. */
export function makeAuthority(name = 'cluster-twin run'): Authority {
  const authority = newKeys();
  const issuer = distinguishedName(`${name} CA`);
  // Strict clients (OpenSSL's x509_strict, Python's default) want both ends of the chain to name its keys.
  const keyId = createHash('sha1').update(authority.spki).digest();
  const caExtensions = [
    extension('2.5.29.14', false, der(TAG.octetString, keyId)),
    extension('2.5.29.19', true, sequence(der(TAG.boolean, Buffer.of(0xff)))),
    extension('2.5.29.15', true, keyUsage(KEY_CERT_SIGN | CRL_SIGN)),
  ];
  return {
    caPem: certificate({
      issuer,
      subject: issuer,
      publicKey: authority.spki,
      extensions: caExtensions,
      signer: authority.key,
    }),
    issue(names, ips = []) {
      const own = newKeys();
      const extensions = [
        extension('2.5.29.35', false, sequence(der(TAG.implicit(0), keyId))),
        extension('2.5.29.15', true, keyUsage(DIGITAL_SIGNATURE)),
        extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1'))),
        extension('2.5.29.17', false, alternativeNames(names, ips)),
      ];
      const subject = distinguishedName(names[0] ?? ips[0] ?? name);
      const cert = certificate({ issuer, subject, publicKey: own.spki, extensions, signer: authority.key });
      return { key: own.pem, cert };
    },
  };
}

function newKeys() {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { spki: pair.publicKey, pem: pair.privateKey, key: createPrivateKey(pair.privateKey) };
}

interface CertificateFields {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly publicKey: Buffer;
  readonly extensions: readonly Buffer[];
  readonly signer: KeyObject;
}

function certificate(fields: CertificateFields): string {
  const nowMs = Date.now();
  // A day back: phones in a container may have a clock that is behind.
  const validity = sequence(utcTime(nowMs - DAY_MS), utcTime(nowMs + 30 * DAY_MS));
  const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'));
  const version3 = der(TAG.context(0), integer(Buffer.of(2)));
  // The first byte keeps the serial number positive and its encoding minimal.
  const serial = integer(Buffer.concat([Buffer.of(0x40), randomBytes(15)]));
  const extensions = der(TAG.context(3), sequence(...fields.extensions));
  const body = sequence(
    version3,
    serial,
    ecdsaWithSha256,
    fields.issuer,
    validity,
    fields.subject,
    fields.publicKey,
    extensions,
  );
  const signature = der(TAG.bitString, Buffer.of(0), sign('sha256', body, fields.signer));
  const lines =
    sequence(body, ecdsaWithSha256, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

// Bits of keyUsage, the first one being the highest of its byte.
const DIGITAL_SIGNATURE = 0x80;
const KEY_CERT_SIGN = 0x04;
const CRL_SIGN = 0x02;

function keyUsage(bits: number): Buffer {
  let unused = 0;
  while (((bits >> unused) & 1) === 0) unused += 1;
  return der(TAG.bitString, Buffer.of(unused, bits));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [der(TAG.boolean, Buffer.of(0xff))] : [];
  return sequence(objectId(id), ...flag, der(TAG.octetString, value));
}

function alternativeNames(names: readonly string[], ips: readonly string[]): Buffer {
  const wrong = ips.find((ip) => !isIPv4(ip));
  if (wrong !== undefined) throw new Error(`not an IPv4 address: ${wrong}`);
  return sequence(
    ...names.map((name) => der(TAG.implicit(2), Buffer.from(name, 'ascii'))),
    ...ips.map((ip) => der(TAG.implicit(7), Buffer.from(ip.split('.').map(Number)))),
  );
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(TAG.set, sequence(objectId('2.5.4.3'), der(TAG.utf8String, Buffer.from(commonName)))));
}

// DER, the encoding of all of it (ITU-T X.690).
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  context: (number: number) => 0xa0 | number,
  implicit: (number: number) => 0x80 | number,
} as const;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(TAG.sequence, ...parts);
}

function integer(bytes: Buffer): Buffer {
  return der(TAG.integer, bytes);
}

function utcTime(ms: number): Buffer {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T');
  return der(TAG.utcTime, Buffer.from(`${date.slice(2).replaceAll('-', '')}${time.slice(0, 8).replaceAll(':', '')}Z`));
}

/** Two numbers share the first byte; each later one is written in groups of seven bits, all but the last marked. */
function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const groups = [number & 0x7f];
    for (let left = number >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(TAG.objectId, Buffer.from(bytes));
}
