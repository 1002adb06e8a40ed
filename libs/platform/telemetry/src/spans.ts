import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { maybe } from '@tessera/kernel';
import { formatTraceparent, parseTraceparent } from './traceparent';

/** Attributes of a span at its start. */
export interface SpanDetails {
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes?: Attributes;
}

/** An active span. */
export interface OpenSpan {
  /** Its `traceparent` value (W3C Trace Context), for outgoing calls. */
  readonly traceparent: string;
  readonly traceId: string;
  set(attributes: Attributes): void;
  /** Marks it as failed, with the reason. */
  fail(reason: string): void;
}

/** A span that its creator must end. */
export interface BegunSpan {
  readonly traceparent: string;
  /** Ends it now or at a past time (Unix ms), with the failure if there was one. */
  end(how?: { readonly endMs?: number; readonly failure?: string }): void;
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Set while tracing is on. Otherwise no spans are created, and work runs as if called directly. */
let tracer: Tracer | undefined;

/** Turns spans on or off for this process. */
export function useTracer(next: Tracer | undefined): void {
  tracer = next;
}

/** True while this process creates spans. */
export const isTracing = (): boolean => tracer !== undefined;

/** `traceparent` value of the active span; undefined outside of a span. */
export function currentTraceparent(): string | undefined {
  if (tracer === undefined) return undefined;
  const span = trace.getActiveSpan();
  return span && formatTraceparent(span.spanContext());
}

/** Runs work in a span that starts a trace, or continues the trace of the incoming `traceparent`. */
export function rootSpan<T>(
  name: string,
  traceparent: unknown,
  details: SpanDetails,
  work: (span?: OpenSpan) => Promise<T>,
): Promise<T> {
  return tracer === undefined ? work() : run(tracer, name, below(traceparent), details, work);
}

/** Runs work in a child span of `traceparent`; without one there is no span. */
export function spanBelow<T>(
  traceparent: string | undefined,
  name: string,
  details: SpanDetails,
  work: (span?: OpenSpan) => Promise<T>,
): Promise<T> {
  if (tracer === undefined || parseTraceparent(traceparent) === undefined) return work();
  return run(tracer, name, below(traceparent), details, work);
}

/** Runs work in a child of the active span. Without an active span there is none: only requests start traces. */
export function childSpan<T>(
  describe: () => SpanDetails & { readonly name: string },
  work: (span?: OpenSpan) => Promise<T>,
): Promise<T> {
  if (tracer === undefined || trace.getActiveSpan() === undefined) return work();
  const { name, ...details } = describe();
  return run(tracer, name, context.active(), details, work);
}

/** Runs work so that its spans are children of `traceparent`. */
export function within<T>(traceparent: string | undefined, work: () => T): T {
  if (tracer === undefined || parseTraceparent(traceparent) === undefined) return work();
  return context.with(below(traceparent), work);
}

/**
 * Starts a child span of `traceparent`, now or at a past time; the caller must end it. Without a `traceparent` there is
 * no span.
 */
export function beginSpan(
  traceparent: string | undefined,
  name: string,
  { kind, attributes = {}, startMs }: SpanDetails & { readonly startMs?: number },
): BegunSpan | undefined {
  if (tracer === undefined || traceparent === undefined) return undefined;
  if (parseTraceparent(traceparent) === undefined) return undefined;
  const options = { attributes, ...kindOf(kind), ...maybe('startTime', startMs) };
  const span = tracer.startSpan(name, options, below(traceparent));
  return {
    traceparent: formatTraceparent(span.spanContext()),
    end: ({ endMs, failure } = {}) => {
      if (failure !== undefined) fail(span, failure);
      span.end(endMs);
    },
  };
}

function below(traceparent: unknown): Context {
  const parent = parseTraceparent(traceparent);
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

const kindOf = (kind: SpanDetails['kind']) => (kind === undefined ? {} : { kind: KINDS[kind] });

async function run<T>(
  on: Tracer,
  name: string,
  parent: Context,
  { kind, attributes = {} }: SpanDetails,
  work: (span: OpenSpan) => Promise<T>,
): Promise<T> {
  const span = on.startSpan(name, { attributes, ...kindOf(kind) }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(open(span)));
  } catch (error) {
    fail(span, error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    span.end();
  }
}

const fail = (span: Span, message: string): void =>
  void span.setStatus({ code: SpanStatusCode.ERROR, message: message.slice(0, 500) });

const open = (span: Span): OpenSpan => ({
  traceparent: formatTraceparent(span.spanContext()),
  traceId: span.spanContext().traceId,
  set: (attributes) => void span.setAttributes(attributes),
  fail: (reason) => fail(span, reason),
});

/** Implementation of the application layer's port for spans. */
export const spans = { spanBelow, within, beginSpan } as const;
