import type { OutgoingRecord } from '@tessera/application-messaging';
import {
  encodeEvent,
  formatSequence,
  isEvent,
  usageTopic,
  type Decoded,
  type EventData,
} from '@tessera/contracts-events';
import { hourOf } from '@tessera/domain-usage';

type Reported = EventData<'usageReported'>;

/** What a gateway served of a workload to a key in one minute, and who reports it. */
export interface ServedMinute extends Reported {
  /** Source of the event, such as `/tessera/gateway/<name>`; unique among gateways. */
  readonly source: string;
  readonly workloadName: string;
  /** Number of the report among those of the source, from 0 on. */
  readonly sequence: number;
  /** When it is sent, RFC 3339. */
  readonly time: string;
}

/**
 * The record of a report. Its id is made of the source and the number, so that the same report has the same id however
 * often it is sent.
 */
export function usageRecord(topicPrefix: string, served: ServedMinute): OutgoingRecord {
  const { source, workloadName, sequence, time, ...data } = served;
  const attributes = {
    id: `${source}/${sequence}`,
    source,
    subject: data.workloadId,
    time,
    sequence: formatSequence(sequence),
    clusterid: data.clusterId,
    projectid: data.projectId,
    workloadname: workloadName,
  };
  return { topic: usageTopic(topicPrefix).name, ...encodeEvent({ name: 'usageReported', attributes, data }) };
}

/** Amounts of one report, in the hour that its minute lies in. */
export interface Traffic {
  readonly eventId: string;
  readonly workloadId: string;
  /** Start of the hour, milliseconds since the epoch. */
  readonly hour: number;
  /** Empty where the caller used no key. */
  readonly keyId: string;
  readonly model: string;
  readonly requests: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

export interface TrafficStore {
  /** Adds what was not added before, by id. Reports of unknown workloads count for nothing. */
  add(traffic: readonly Traffic[]): Promise<void>;
}

/** Adds what gateways report. A report that arrives again, or after later ones, changes nothing more. */
export async function recordTraffic(store: TrafficStore, records: readonly Decoded[]): Promise<void> {
  const traffic = new Map<string, Traffic>();
  for (const record of records)
    if (record.kind === 'event' && isEvent(record.event, 'usageReported')) {
      const { attributes, data } = record.event;
      traffic.set(attributes.id, {
        eventId: attributes.id,
        workloadId: data.workloadId,
        hour: hourOf(Date.parse(data.minute)),
        keyId: data.keyId ?? '',
        model: data.model ?? '',
        requests: data.requests,
        inputTokens: data.inputTokens,
        cachedTokens: data.cachedTokens,
        outputTokens: data.outputTokens,
      });
    }
  if (traffic.size > 0) await store.add([...traffic.values()]);
}
