import { createHmac, timingSafeEqual } from 'node:crypto';

/** Header with the signature of a gateway's message. */
export const SIGNATURE_HEADER = 'x-tessera-signature';

/**
 * Signature of a message of a gateway: HMAC-SHA256 (RFC 2104) over path and body, in hexadecimal. The key itself never
 * crosses the network, and the path names the cluster, so that the scheduler of another cluster rejects the message.
 */
export const signatureOf = (key: Buffer, path: string, body: string | Buffer): string =>
  createHmac('sha256', key).update(path).update('\n').update(body).digest('hex');

/** Whether one of the keys made the signature. Takes the same time wherever the signature differs. */
export function isSignedBy(
  keys: readonly Buffer[],
  signature: string | readonly string[] | undefined,
  path: string,
  body: string | Buffer,
): boolean {
  if (typeof signature !== 'string') return false;
  const given = Buffer.from(signature);
  return keys.some((key) => {
    const wanted = Buffer.from(signatureOf(key, path, body));
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  });
}
