import type { Backend } from '../routing/backend';
import type { Admitted } from './admission';
import type { AttemptEnd, Call } from './attempt';

/** Methods that may be sent again after a connection broke (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** Whether it may be sent once more after its connection broke. */
export const isRepeatable = ({ method, body }: Pick<Call, 'method' | 'body'>): boolean =>
  body === undefined && IDEMPOTENT.has(method);

/** Whether another workload may be asked: the client has received nothing, and the body can be sent to it. */
export function canPassOn(call: Call, end: AttemptEnd): boolean {
  if (call.over?.aborted === true) return false;
  return end.kind === 'unsent' || (call.yields === true && (end.kind === 'failed' || end.kind === 'refused'));
}

/** A place at the replica for the next attempt: another one, where the request cannot have been executed. */
export function nextChoice(
  { workload, preference }: Admitted,
  tried: readonly Backend[],
  call: Call,
  end: AttemptEnd,
): Backend | undefined {
  if (call.over?.aborted === true) return undefined;
  if (end.kind === 'unsent') return workload.acquire(tried, preference);
  if (end.kind !== 'failed' || !isRepeatable(call)) return undefined;
  const { code } = end.error as NodeJS.ErrnoException;
  // A keep-alive connection that the replica closed just now; the same replica may be tried again, once.
  const closed = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
  return closed && tried.length === 1
    ? (workload.acquire(tried, preference) ?? workload.acquire([], preference))
    : undefined;
}
