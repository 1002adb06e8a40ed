import { isEvent, type TesseraEvent } from '@tessera/contracts-events';
import type { EventEntry } from '../workloads/model';

interface Words {
  readonly type?: 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The pod that the event concerns, if any. */
  readonly pod?: string;
}

/** Maps an event to a workload event; undefined if the history does not show it. */
export function eventOf(event: TesseraEvent, id: string): EventEntry | undefined {
  const words = wordsOf(event);
  return words && entryOf(event, id, words);
}

function entryOf(event: TesseraEvent, id: string, words: Words): EventEntry {
  const { subject, time, workloadname } = event.attributes;
  return {
    id,
    workloadId: subject,
    createdAt: time,
    kind: 'event',
    type: words.type ?? 'Normal',
    reason: words.reason,
    message: words.message,
    source: 'tessera-scheduler',
    involved:
      words.pod === undefined
        ? { uid: subject, kind: 'Inference', name: workloadname }
        : { uid: subject, kind: 'Pod', name: words.pod },
  };
}

/** Reported by separate events, or harmless. */
const NO_TROUBLE = new Set(['Unschedulable', 'Updating', 'Accepted']);

/**
 * A warning for a phase change that says what blocks the workload: an image that cannot be pulled, a container killed
 * for its memory, a lost node. Undefined for other changes.
 */
export function troubleOf(event: TesseraEvent, id: string): EventEntry | undefined {
  if (!isEvent(event, 'phaseChanged')) return undefined;
  const { reason, message } = event.data;
  if (message === '' || NO_TROUBLE.has(reason)) return undefined;
  return entryOf(event, id, { type: 'Warning', reason, message });
}

function wordsOf(event: TesseraEvent): Words | undefined {
  if (isEvent(event, 'replicaScheduled')) {
    const { podName, node, nodePool } = event.data;
    const pool = nodePool === undefined ? '' : ` of node pool ${nodePool}`;
    return { reason: 'Scheduled', message: `${podName} runs on node ${node}${pool}`, pod: podName };
  }
  if (isEvent(event, 'replicaUnschedulable')) {
    const { message, nearestMiss, suggestions } = event.data;
    const advice = [message, nearestMiss, ...suggestions].filter((part) => part).join(' ');
    return { type: 'Warning', reason: 'Unschedulable', message: advice };
  }
  if (isEvent(event, 'gpuAllocated')) {
    const { podName, allocation } = event.data;
    return {
      reason: 'GpuAllocated',
      message: `${podName} holds ${shares(allocation.devices)} on ${allocation.node}`,
      pod: podName,
    };
  }
  if (isEvent(event, 'gpuReleased')) {
    const { podName, allocation } = event.data;
    return {
      reason: 'GpuReleased',
      message: `${podName} released ${shares(allocation.devices)} on ${allocation.node}`,
      pod: podName,
    };
  }
  if (isEvent(event, 'scaleDecided')) {
    const { from, to, reason } = event.data;
    return { reason: 'Scaled', message: `replicas ${from} → ${to}: ${reason}` };
  }
  if (isEvent(event, 'coldStart')) {
    const stages = event.data.stages.map(({ stage, durationMs }) => `${stage} ${durationMs} ms`).join(', ');
    return { reason: 'ColdStart', message: `ready after ${event.data.totalMs} ms (${stages})` };
  }
  if (isEvent(event, 'quotaExceeded'))
    return { type: 'Warning', reason: 'QuotaExceeded', message: event.data.message };
  return undefined;
}

interface Share {
  readonly slot: number;
  readonly milliGpu: number;
  readonly mig?: { readonly profile: string } | undefined;
}

const shares = (devices: readonly Share[]): string =>
  devices
    .map(({ slot, milliGpu, mig }) => `${mig?.profile ?? `${milliGpu / 1000} GPU`} of device ${slot}`)
    .join(', ');
