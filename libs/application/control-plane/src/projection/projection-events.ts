import {
  isEvent,
  type EventData,
  type EventName,
  type PublicEventName,
  type TesseraEvent,
} from '@tessera/contracts-events';
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

/** What the history shows of each event; undefined: it shows a phase, or the API has written its own entry. */
const WORDS: { readonly [N in PublicEventName]: ((data: EventData<N>) => Words) | undefined } = {
  created: undefined,
  updated: undefined,
  deleted: undefined,
  phaseChanged: undefined,
  replicaScheduled: ({ podName, node, nodePool }) => {
    const pool = nodePool === undefined ? '' : ` of node pool ${nodePool}`;
    return { reason: 'Scheduled', message: `${podName} runs on node ${node}${pool}`, pod: podName };
  },
  replicaUnschedulable: ({ message, nearestMiss, suggestions }) => {
    const nearest = nearestMiss === undefined ? [] : [`Nearest is ${nearestMiss}`];
    const advice = suggestions.length === 0 ? [] : [`To make it fit: ${suggestions.join('; or ')}`];
    const sentences = [message, ...nearest, ...advice].map((sentence) => `${sentence.replace(/\.$/, '')}.`);
    return { type: 'Warning', reason: 'Unschedulable', message: sentences.join(' ') };
  },
  gpuAllocated: ({ podName, allocation }) => ({
    reason: 'GpuAllocated',
    message: `${podName} holds ${shares(allocation.devices)} on ${allocation.node}`,
    pod: podName,
  }),
  deviceOverfull: ({ podName, message }) => ({
    type: 'Warning',
    reason: 'DeviceOverfull',
    message: `${podName}: ${message}`,
    pod: podName,
  }),
  gpuReleased: ({ podName, allocation }) => ({
    reason: 'GpuReleased',
    message: `${podName} released ${shares(allocation.devices)} on ${allocation.node}`,
    pod: podName,
  }),
  scaleDecided: ({ from, to, reason }) => ({
    reason: 'Scaled',
    message: `replicas ${from} → ${to}: ${reason}`,
  }),
  coldStart: ({ totalMs, stages }) => ({
    reason: 'ColdStart',
    message: `${startEnd(stages)} after ${totalMs} ms (${stages.map(({ stage, durationMs }) => `${stage} ${durationMs} ms`).join(', ')})`,
  }),
  messageParked: ({ parkedType, row, reason }) => ({
    type: 'Warning',
    reason: 'MessageParked',
    message: `${parkedType} was not sent, so the data shown of the workload may be out of date: ${reason} (row ${row} of scheduler.outbox)`,
  }),
  quotaExceeded: ({ message }) => ({ type: 'Warning', reason: 'QuotaExceeded', message }),
};

/** Where a request waited for the replica, its start ends with the first byte of the response. */
const startEnd = (stages: readonly { readonly stage: string }[]): string =>
  stages.at(-1)?.stage === 'firstByte' ? 'answered' : 'ready';

function wordsOf({ name, data }: TesseraEvent): Words | undefined {
  const words: { readonly [N in EventName]?: ((data: never) => Words) | undefined } = WORDS;
  return words[name]?.(data as never);
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
