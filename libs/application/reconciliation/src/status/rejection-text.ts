import type { ObservedRejection } from './observation';

/** Reason of a replica that kubelet rejected. */
export const REJECTED = 'RejectedByNode';

/** Which node rejected the replica and why, in the words of its kubelet, and when it is tried again. */
export function rejectionText({
  name,
  node,
  reason,
  message,
  retryAt,
  avoidedUntil,
}: ObservedRejection): string {
  const detail = message === undefined ? '' : `: ${message}`;
  const avoided =
    avoidedUntil === undefined ? '' : `; node ${node} is avoided until ${instant(avoidedUntil)}`;
  return `node ${node} rejected ${name} (${reason}${detail}); it is created again after ${instant(retryAt)} where there is capacity${avoided}`;
}

const instant = (ms: number): string => new Date(ms).toISOString();
