/** Bodies that an SDK streams: pieces with a length in front of each, and a trailer with a checksum. */

/**
 * The bytes without their frame, or undefined where the frame is broken. The trailer is passed over.
 * @see AWS documentation, "Signature Calculations: Transferring Payload in Multiple Chunks"
 */
export function unframed(framed: Buffer): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const end = framed.indexOf('\r\n', at);
    const length = /^([0-9a-f]{1,8})(?:;|$)/i.exec(framed.toString('latin1', at, Math.max(at, end)))?.[1];
    if (end < 0 || length === undefined) return undefined;
    const from = end + 2;
    const to = from + Number.parseInt(length, 16);
    if (to === from) return Buffer.concat(pieces);
    if (framed.toString('latin1', to, to + 2) !== '\r\n') return undefined;
    pieces.push(framed.subarray(from, to));
    at = to + 2;
  }
}
