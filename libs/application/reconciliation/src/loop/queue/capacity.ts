import type { InFlight } from './in-flight';
import type { Capacity, WorkQueue } from './work-queue';

/** Concurrent reconciles for workloads with a pending command; these create replicas. */
const URGENT = 48;
/** The same for other workloads. Both together stay below the number of connections. */
const OTHERS = 32;
/** Limit for the others while more urgent reconciles than this wait or are in flight; on a slow cluster those go first. */
const OTHERS_PRESSED = 4;

/** How many reconciles of each kind can start at `now` (ms). */
export function capacityOf(inFlight: InFlight, queue: WorkQueue, now: number): Capacity {
  const { urgent, others } = inFlight;
  const isBusy = (key: string): boolean => inFlight.has(key);
  const demand = urgent + queue.urgentDue(now, OTHERS_PRESSED + 1, isBusy);
  const most = demand > OTHERS_PRESSED ? OTHERS_PRESSED : OTHERS;
  return { urgent: URGENT - urgent, others: Math.max(0, most - others), isBusy };
}
