import { maybe } from '@tessera/kernel';
import { GatewayOfflineError, refusalOf } from './gateway-error';

/** A request to the gateway. */
export interface Asked {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** Headers in which a caller brings a credential; where one is given, the token of the session stays out. */
const CREDENTIALS = new Set(['authorization', 'x-api-key']);

/**
 * Sends a request with the token of the reader, and never with cookies; throws {@link GatewayOfflineError} where nothing
 * answers.
 */
export async function exchange(
  { url, method = 'GET', headers = {}, body, signal }: Asked,
  token: string | undefined,
): Promise<Response> {
  const isOwn = Object.keys(headers).some((name) => CREDENTIALS.has(name.toLowerCase()));
  try {
    return await fetch(url, {
      method,
      headers: { ...(token === undefined || isOwn ? {} : { authorization: `Bearer ${token}` }), ...headers },
      credentials: 'omit',
      cache: 'no-store',
      ...maybe('body', body),
      ...maybe('signal', signal),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new GatewayOfflineError(new URL(url).origin);
  }
}

/** As {@link exchange}; an answer of 400 or above is thrown as the error that it reports. */
export async function ask(asked: Asked, token: string | undefined): Promise<Response> {
  const response = await exchange(asked, token);
  if (response.ok) return response;
  throw refusalOf(response.status, response.headers, await response.text());
}
