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
import { formatTraceparent, parseTraceparent } from './traceparent';

/** What a span says of itself from its beginning. */
export interface SpanDetails {
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes?: Attributes;
}

/** A span under way. */
export interface OpenSpan {
  /** Its name in W3C Trace Context, to be sent along. */
  readonly traceparent: string;
  readonly traceId: string;
  set(attributes: Attributes): void;
  /** Says that it failed, and why. */
  fail(reason: string): void;
}

/** A span that its beginner ends. */
export interface BegunSpan {
  readonly traceparent: string;
  /** Now, or at a time of the past (Unix ms); with the failure, where it failed. */
  end(how?: { readonly endMs?: number; readonly failure?: string }): void;
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Set while traces are exported. Without it nothing here makes a span, and work runs as if it were called directly. */
let tracer: Tracer | undefined;

/** Turns spans on for this process, or off. */
export function useTracer(next: Tracer | undefined): void {
  tracer = next;
}

/** True while this process makes spans. */
export const isTracing = (): boolean => tracer !== undefined;

/** W3C name of the span under way; undefined outside of one. */
export function currentTraceparent(): string | undefined {
  if (tracer === undefined) return undefined;
  const span = trace.getActiveSpan();
  return span && formatTraceparent(span.spanContext());
}

/** Runs work in a span that begins a trace, or goes on with the one of the `traceparent` that came with it. */
export function rootSpan<T>(
  name: string,
  traceparent: unknown,
  details: SpanDetails,
  work: (span?: OpenSpan) => Promise<T>,
): Promise<T> {
  return tracer === undefined ? work() : run(tracer, name, below(traceparent), details, work);
}

/** Runs work in a span below the one that `traceparent` names; without one there is no span. */
export function spanBelow<T>(
  traceparent: string | undefined,
  name: string,
  details: SpanDetails,
  work: (span?: OpenSpan) => Promise<T>,
): Promise<T> {
  if (tracer === undefined || parseTraceparent(traceparent) === undefined) return work();
  return run(tracer, name, below(traceparent), details, work);
}

/** Runs work in a span below the one under way; where none is, there is no span: only requests begin traces. */
export function childSpan<T>(
  describe: () => SpanDetails & { readonly name: string },
  work: (span?: OpenSpan) => Promise<T>,
): Promise<T> {
  if (tracer === undefined || trace.getActiveSpan() === undefined) return work();
  const { name, ...details } = describe();
  return run(tracer, name, context.active(), details, work);
}

/** Runs work so that its spans are below the one that `traceparent` names. */
export function within<T>(traceparent: string | undefined, work: () => T): T {
  if (tracer === undefined || parseTraceparent(traceparent) === undefined) return work();
  return context.with(below(traceparent), work);
}

/**
 * Begins a span below the one that `traceparent` names, now or at a time of the past; whoever begins it ends it. Without a
 * `traceparent` there is no span.
 */
export function beginSpan(
  traceparent: string | undefined,
  name: string,
  { kind, attributes = {}, startMs }: SpanDetails & { readonly startMs?: number },
): BegunSpan | undefined {
  if (tracer === undefined || traceparent === undefined) return undefined;
  if (parseTraceparent(traceparent) === undefined) return undefined;
  const options = { attributes, ...kindOf(kind), ...(startMs === undefined ? {} : { startTime: startMs }) };
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

/** What the application layer is given for its spans. */
export const spans = { spanBelow, within, beginSpan } as const;
