import type { IncomingHttpHeaders } from 'node:http';

/** A credential that a request carries, not verified. */
export interface Credential {
  readonly kind: 'token' | 'key';
  readonly text: string;
}

/** Prefix of the platform's serving keys. */
export const SERVING_KEY = 'tsk-';
const BEARER = /^bearer +(\S+)$/i;

/**
 * The credential of a request: a token or serving key in `Authorization: Bearer`, or a serving key in `x-api-key`, which
 * some clients of models send. Undefined where there is none, or the header is sent twice.
 */
export function credentialOf(headers: IncomingHttpHeaders): Credential | undefined {
  const bearer = headers.authorization === undefined ? undefined : BEARER.exec(headers.authorization)?.[1];
  if (bearer !== undefined) return { kind: bearer.startsWith(SERVING_KEY) ? 'key' : 'token', text: bearer };
  const key = headers['x-api-key'];
  return typeof key === 'string' && key.startsWith(SERVING_KEY) ? { kind: 'key', text: key } : undefined;
}
