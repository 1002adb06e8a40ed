import { trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger as PinoLogger, type LoggerOptions } from 'pino';
import { loggable } from './loggable';

/** Structured logger: a fixed message, data in fields. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * JSON lines, on stdout unless told otherwise. `service` is on every line, and the span within which it was written;
 * secrets are left out.
 */
export function createLogger(service: string, level: string, sink?: DestinationStream): Logger {
  const options: LoggerOptions = {
    name: service,
    level,
    formatters: { log: loggable },
    // Errors are told by `loggable` already, wherever they stand.
    serializers: { err: (reported: unknown) => reported },
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
