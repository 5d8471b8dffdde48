/** Which photos the object store holds, asked of it itself: no wire of the twin, no condition. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { requestOfPhoto, SENT } from '../../behaviour/media-api.ts';
import type { HostPort, ObjectStoreKey } from '../../parts/config.ts';
import { signed } from '../../parts/object-store/signature.ts';

export interface StoredPhotos {
  readonly at: HostPort;
  /** The name its certificate holds, PEM of who signed that, and who may ask. */
  readonly host: string;
  readonly ca: string;
  readonly key: ObjectStoreKey;
  readonly bucket: string;
}
const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
const textsOf = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, text = '']) => unescaped(text));

async function page({ at, host, ca, key, bucket }: StoredPhotos, token: string | undefined): Promise<string> {
  const from = token === undefined ? '' : `continuation-token=${encodeURIComponent(token)}&`;
  const path = `/${bucket}?${from}list-type=2&prefix=${encodeURIComponent(SENT)}`;
  const headers = signed({ method: 'GET', path, headers: { host } }, undefined, key, Date.now());
  const outgoing = httpsRequest({ ...at, servername: host, ca, path, headers, agent: false }).end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  let xml = '';
  for await (const chunk of incoming.setEncoding('utf8')) xml += String(chunk);
  if (incoming.statusCode !== 200) throw new Error(`the object store did not list its photos: ${xml}`);
  return xml;
}

/** The requests that sent what is there. */
export async function storedPhotos(store: StoredPhotos): Promise<string[]> {
  const requests: string[] = [];
  let token: string | undefined;
  do {
    const xml = await page(store, token);
    requests.push(...textsOf(xml, 'Key').flatMap((key) => requestOfPhoto(key) ?? []));
    token = textsOf(xml, 'NextContinuationToken')[0];
  } while (token !== undefined);
  return requests;
}
