import type { EventLog, IncomingRecord, OutgoingRecord } from './ports';

/** Attributes of a span, named as in OpenTelemetry. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

interface Details {
  readonly kind?: 'client' | 'producer' | 'consumer';
  readonly attributes?: SpanAttributes;
}

/**
 * Spans of a trace that began elsewhere and is identified by a W3C `traceparent`. Without one, or with tracing off, no
 * span is created and the work runs all the same.
 */
export interface Tracing {
  /** Runs work in a child span. */
  spanBelow<T>(
    traceparent: string | undefined,
    name: string,
    details: Details,
    work: (span?: { readonly traceparent: string }) => Promise<T>,
  ): Promise<T>;
  /** Runs work so that its spans are children of the given one. */
  within<T>(traceparent: string | undefined, work: () => T): T;
  /** Starts a span, now or at a past time (Unix ms); the caller ends it. */
  beginSpan(
    traceparent: string | undefined,
    name: string,
    details: Details & { readonly startMs?: number },
  ): BegunSpan | undefined;
}

export interface BegunSpan {
  readonly traceparent: string;
  /** Ends the span now or at a past time (Unix ms), with the failure if there was one. */
  end(how?: { readonly endMs?: number; readonly failure?: string }): void;
}

/** Creates no spans. */
export const untraced: Tracing = {
  spanBelow: (_traceparent, _name, _details, work) => work(),
  within: (_traceparent, work) => work(),
  beginSpan: () => undefined,
};

/** Header of the span that sent the record; `ce_traceparent` still names the span that caused the event. */
const SENT_BY = 'traceparent';
const CAUSED_BY = 'ce_traceparent';

/** The span that a record comes from; undefined if it belongs to no trace. */
export const traceOf = ({ headers }: Pick<IncomingRecord, 'headers'>): string | undefined =>
  headers[SENT_BY] ?? headers[CAUSED_BY];

/**
 * An event log whose publishing appears in the traces of the published records: for each record of a trace a span
 * `publish <topic>` as long as its batch takes, whose id travels in the header `traceparent`.
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

/** Handles a record in a span `<what> <type>`, within the trace of the record. */
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
