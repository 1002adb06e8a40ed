import { trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger as PinoLogger, type LoggerOptions } from 'pino';

/** Structured logger: a fixed message, data in fields. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>;

/** Fields whose values never reach a log line. */
const REDACT = [
  'authorization',
  'appSecret',
  'clientSecret',
  'password',
  'accessToken',
  '*.authorization',
  '*.appSecret',
  '*.clientSecret',
  '*.password',
  '*.accessToken',
];

/**
 * JSON lines, on stdout unless told otherwise. `service` is on every line, and the span within which it was written;
 * secrets by field name are replaced.
 */
export function createLogger(service: string, level: string, sink?: DestinationStream): Logger {
  const options: LoggerOptions = {
    name: service,
    level,
    redact: REDACT,
    timestamp: pino.stdTimeFunctions.isoTime,
    base: { service },
    mixin: traceFields,
  };
  return sink === undefined ? pino(options) : pino(options, sink);
}

/** Names the span under way, by the field names of OpenTelemetry for logs that are not OTLP. */
function traceFields(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}

/** A logger that says nothing, for tests. */
export const silentLogger: Logger = pino({ level: 'silent' });
