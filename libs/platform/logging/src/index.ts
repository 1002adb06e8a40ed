import { trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger as PinoLogger, type LoggerOptions } from 'pino';
import { loggable } from './loggable';

/** Structured logger: a fixed message, data in fields. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * Writes JSON lines, by default to stdout. Every line has the field `service` and the ids of the active span; secrets
 * are removed.
 */
export function createLogger(service: string, level: string, sink?: DestinationStream): Logger {
  const options: LoggerOptions = {
    name: service,
    level,
    formatters: { log: loggable },
    // `loggable` already serialises errors in any field.
    serializers: { err: (reported: unknown) => reported },
    timestamp: pino.stdTimeFunctions.isoTime,
    base: { service },
    mixin: traceFields,
  };
  return sink === undefined ? pino(options) : pino(options, sink);
}

/** Ids of the active span, with OpenTelemetry's field names for logs that are not OTLP. */
function traceFields(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}

/** A logger that writes nothing, for tests. */
export const silentLogger: Logger = pino({ level: 'silent' });
