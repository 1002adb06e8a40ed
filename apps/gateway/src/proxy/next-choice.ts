import type { Backend } from '../routing/backend';
import type { Admitted } from './admission';
import type { AttemptEnd, Call } from './attempt';

/** Idempotent methods, which may be sent again after the connection was lost (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** Whether the call may be sent again after its connection was lost. */
export const isRepeatable = ({ method, body }: Pick<Call, 'method' | 'body'>): boolean =>
  body === undefined && IDEMPOTENT.has(method);

/** Whether a fallback workload may get the request: the client has received nothing, and the body can be sent again. */
export function canFallBack(call: Call, end: AttemptEnd): boolean {
  if (call.deadlineSignal?.aborted === true) return false;
  return (
    end.kind === 'unsent' || (call.hasFallback === true && (end.kind === 'failed' || end.kind === 'refused'))
  );
}

/**
 * A slot at a replica for the next attempt; undefined where the request may have been processed and is not idempotent.
 */
export function nextChoice(
  { workload, preference }: Admitted,
  tried: readonly Backend[],
  call: Call,
  end: AttemptEnd,
): Backend | undefined {
  if (call.deadlineSignal?.aborted === true) return undefined;
  if (end.kind === 'unsent') return workload.acquire(tried, preference);
  if (end.kind !== 'failed' || !isRepeatable(call)) return undefined;
  const { code } = end.error as NodeJS.ErrnoException;
  // The replica closed a keep-alive connection as the request was sent; the same replica may be tried again, once.
  const closed = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
  return closed && tried.length === 1
    ? (workload.acquire(tried, preference) ?? workload.acquire([], preference))
    : undefined;
}
