/** Users' tokens: `<user>.<HMAC-SHA256 of the user's number>`, so that no part needs a table of sessions. */
import { createHmac, timingSafeEqual } from 'node:crypto';

const signatureOf = (user: number, secret: string): string =>
  createHmac('sha256', secret).update(String(user)).digest('hex');

/** What a phone sends as `Authorization: Token …`. */
export const tokenOf = (user: number, secret: string): string => `${user}.${signatureOf(user, secret)}`;

/** The user an Authorization header proves, or undefined. */
export function userOfHeader(header: string | undefined, secret: string): number | undefined {
  const match = /^Token (\d{1,9})\.([0-9a-f]{64})$/.exec(header ?? '');
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const user = Number(match[1]);
  return timingSafeEqual(Buffer.from(match[2]), Buffer.from(signatureOf(user, secret))) ? user : undefined;
}
