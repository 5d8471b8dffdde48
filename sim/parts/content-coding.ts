/** Bodies as texts: behaviours see what was meant, however it came over the wire. The edge asks origins for both codings. */
import { headersOf, type HttpResponse } from '../behaviour/http-message.ts';

const DECODERS: ReadonlyMap<string, 'gunzipSync' | 'brotliDecompressSync'> = new Map([
  ['gzip', 'gunzipSync'],
  ['br', 'brotliDecompressSync'],
]);

/**
 * Headers and body of an answer, decompressed where its header says that it is compressed; the header is gone then.
 * A body that is not what its header says is left as it came.
 */
export function decoded(
  incoming: Parameters<typeof headersOf>[0],
  chunks: readonly Buffer[],
): Pick<HttpResponse, 'headers' | 'body'> {
  const headers = headersOf(incoming);
  const bytes = Buffer.concat(chunks);
  const decoder = DECODERS.get(headers['content-encoding']?.toLowerCase() ?? '');
  if (decoder === undefined) return { headers, body: bytes.toString() };
  try {
    // Loaded by who needs it: no program of ours compresses, and each would start some milliseconds later.
    const body = process.getBuiltinModule('node:zlib')[decoder](bytes).toString();
    const { 'content-encoding': _, ...rest } = headers;
    return { headers: rest, body };
  } catch {
    return { headers, body: bytes.toString() };
  }
}
