import type { IncomingHttpHeaders } from 'node:http';

/** The credential in a request, not verified. */
export interface Credential {
  readonly kind: 'token' | 'key';
  readonly text: string;
}

/** Prefix of the platform's serving keys. */
export const SERVING_KEY = 'tsk-';
const BEARER = /^bearer +(\S+)$/i;

/**
 * The credential of a request: a token or serving key in `Authorization: Bearer`, or a serving key in `x-api-key`, as
 * clients of Anthropic's API send it. A serving key takes precedence over a token, which may be meant for the model
 * server. Undefined where there is none, or where the header is repeated.
 */
export function credentialOf(headers: IncomingHttpHeaders): Credential | undefined {
  const bearer = headers.authorization === undefined ? undefined : BEARER.exec(headers.authorization)?.[1];
  const key = [bearer, headers['x-api-key']].find(isKey);
  if (key !== undefined) return { kind: 'key', text: key };
  return bearer === undefined ? undefined : { kind: 'token', text: bearer };
}

const isKey = (text: string | readonly string[] | undefined): text is string =>
  typeof text === 'string' && text.startsWith(SERVING_KEY);
