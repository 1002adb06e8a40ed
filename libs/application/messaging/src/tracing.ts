import type { EventLog, IncomingRecord, OutgoingRecord } from './ports';

/** Attributes of a span, by OpenTelemetry's names. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

interface Details {
  readonly kind?: 'client' | 'producer' | 'consumer';
  readonly attributes?: SpanAttributes;
}

/**
 * Spans of a trace that began elsewhere and is named by a W3C `traceparent`; without one, or where nothing is traced, there
 * is no span and the work is done all the same.
 */
export interface Tracing {
  /** Runs work in a span. */
  spanBelow<T>(
    traceparent: string | undefined,
    name: string,
    details: Details,
    work: (span?: { readonly traceparent: string }) => Promise<T>,
  ): Promise<T>;
  /** Runs work so that its spans are below the one named. */
  within<T>(traceparent: string | undefined, work: () => T): T;
  /** Begins a span, now or at a time of the past (Unix ms); whoever begins it ends it. */
  beginSpan(
    traceparent: string | undefined,
    name: string,
    details: Details & { readonly startMs?: number },
  ): BegunSpan | undefined;
}

export interface BegunSpan {
  readonly traceparent: string;
  /** Now, or at a time of the past (Unix ms); with the failure, where it failed. */
  end(how?: { readonly endMs?: number; readonly failure?: string }): void;
}

/** Makes no span. */
export const untraced: Tracing = {
  spanBelow: (_traceparent, _name, _details, work) => work(),
  within: (_traceparent, work) => work(),
  beginSpan: () => undefined,
};

/** Header of the span that sent the record; `ce_traceparent` stays that of the one that caused the event. */
const SENT_BY = 'traceparent';
const CAUSED_BY = 'ce_traceparent';

/** The span that a record comes from; undefined where it belongs to no trace. */
export const traceOf = ({ headers }: Pick<IncomingRecord, 'headers'>): string | undefined =>
  headers[SENT_BY] ?? headers[CAUSED_BY];

/**
 * A log whose publishing shows in the traces of what it publishes: for each record of a trace a span `publish <topic>`,
 * as long as its batch takes, whose name travels in the header `traceparent`.
 */
export function tracedPublishing(
  log: Pick<EventLog, 'publish'>,
  tracing: Tracing,
): Pick<EventLog, 'publish'> {
  return {
    publish: async (records) => {
      const spans: BegunSpan[] = [];
      const sent = records.map((record) => {
        const cause = record.headers[CAUSED_BY];
        if (cause === undefined) return record;
        const details = { kind: 'producer', attributes: attributesOf(record) } as const;
        const span = tracing.beginSpan(cause, `publish ${record.topic}`, details);
        if (span === undefined) return record;
        spans.push(span);
        return { ...record, headers: { ...record.headers, [SENT_BY]: span.traceparent } };
      });
      let failure: string | undefined;
      try {
        await log.publish(sent);
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
        throw error;
      } finally {
        for (const span of spans) span.end(failure === undefined ? {} : { failure });
      }
    },
  };
}

/** Runs the handling of a record in a span `<what> <type>`, in the trace that the record belongs to. */
export function inTraceOf<T>(
  record: IncomingRecord,
  what: string,
  tracing: Tracing,
  work: (span?: { readonly traceparent: string }) => Promise<T>,
): Promise<T> {
  const traceparent = traceOf(record);
  if (traceparent === undefined) return work();
  const attributes = { ...attributesOf(record), 'messaging.kafka.offset': Number(record.offset) };
  const type = (record.headers['ce_type'] ?? '').replace(/^io\.tessera\.|\.v\d+$/g, '');
  return tracing.spanBelow(traceparent, `${what} ${type}`, { kind: 'consumer', attributes }, work);
}

const attributesOf = ({ topic, headers, key }: OutgoingRecord | IncomingRecord): SpanAttributes => ({
  'messaging.system': 'kafka',
  'messaging.destination.name': topic,
  'messaging.kafka.message.key': key,
  'messaging.message.id': headers['ce_id'],
  'tessera.event.type': headers['ce_type'],
});
