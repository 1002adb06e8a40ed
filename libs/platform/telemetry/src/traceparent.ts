import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';

/** Name of the header of W3C Trace Context. */
export const TRACEPARENT = 'traceparent';

/** version-trace id-parent id-flags; later versions may append more (Trace Context §3.2.3, §3.2.4). */
const SHAPE = /^(?!ff)([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** Parses the header to a span context; undefined if invalid. */
export function parseTraceparent(header: unknown): SpanContext | undefined {
  if (typeof header !== 'string') return undefined;
  const found = SHAPE.exec(header);
  if (found === null) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', more] = found;
  if (version === '00' && more !== undefined) return undefined;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

/** The header value for a span. */
export const formatTraceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-0${traceFlags & 1}`;
