import type { IncomingMessage } from 'node:http';
import { clientAddress, type TrustedProxies } from '@tessera/platform-http';
import type { Caller } from '../access/caller';
import type { Requester } from '../routing/fair-queue';

/** Whom a request counts for: its authenticated caller, or the client's address where the request is anonymous. */
export function requesterOf(
  request: Pick<IncomingMessage, 'socket' | 'headers'>,
  caller: Caller | undefined,
  trusted: TrustedProxies,
): Requester {
  if (caller !== undefined)
    return { caller: `${caller.kind}/${caller.id}`, priority: caller.priority ?? 'normal' };
  const { socket, headers } = request;
  const address = clientAddress(socket.remoteAddress, headers['x-forwarded-for'], trusted);
  return { caller: `address/${address}`, priority: 'normal' };
}
