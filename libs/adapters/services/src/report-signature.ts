import { createHmac, timingSafeEqual } from 'node:crypto';

/** Header with the signature of a gateway's message. */
export const SIGNATURE_HEADER = 'x-tessera-signature';

/**
 * Header with the id of the scheduler process that a message is for. A process refuses messages for another one, among
 * them those that were sent before it started, with 409 and its own id in the same header.
 */
export const RECEIVER_HEADER = 'x-tessera-receiver';

/** The parts of a message that are signed. */
export interface SignedMessage {
  /** Names the cluster, so that the scheduler of another cluster rejects the message. */
  readonly path: string;
  /**
   * Value of {@link RECEIVER_HEADER}; empty in the first message to a process. Absent where an answer changes nothing, so
   * that the message may come again.
   */
  readonly receiver?: string;
  readonly body: string | Buffer;
}

/**
 * Signature of a message of a gateway: HMAC-SHA256 (RFC 2104) over path, receiver and body, in hexadecimal. The key
 * itself never crosses the network.
 */
export const signatureOf = (key: Buffer, { path, receiver = '', body }: SignedMessage): string =>
  createHmac('sha256', key).update(`${path}\n${receiver}\n`).update(body).digest('hex');

/** The key that made the signature; undefined where none did. Takes the same time wherever the signature differs. */
export function signerOf(
  keys: readonly Buffer[],
  signature: string | readonly string[] | undefined,
  message: SignedMessage,
): Buffer | undefined {
  if (typeof signature !== 'string') return undefined;
  const given = Buffer.from(signature);
  return keys.find((key) => {
    const wanted = Buffer.from(signatureOf(key, message));
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  });
}

/** Whether one of the keys made the signature; see {@link signerOf}. */
export const isSignedBy = (...parameters: Parameters<typeof signerOf>): boolean =>
  signerOf(...parameters) !== undefined;
