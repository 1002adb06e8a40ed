import type { IncomingMessage } from 'node:http';
import { clientAddress, type TrustedProxies } from '@tessera/platform-http';
import type { Caller } from '../access/caller';
import type { Claim } from '../routing/fair-queue';

/** For whom a request counts: its caller, and without a credential its address. */
export function claimOf(
  request: Pick<IncomingMessage, 'socket' | 'headers'>,
  caller: Caller | undefined,
  trusted: TrustedProxies,
): Claim {
  if (caller !== undefined)
    return { caller: `${caller.kind}/${caller.id}`, priority: caller.priority ?? 'normal' };
  const { socket, headers } = request;
  const address = clientAddress(socket.remoteAddress, headers['x-forwarded-for'], trusted);
  return { caller: `address/${address}`, priority: 'normal' };
}
