import type { Logger } from '@tessera/platform-logging';

/** One stop action; its name appears in the log. */
export interface Stop {
  readonly name: string;
  readonly stop: () => Promise<void> | void;
}

/** Maximum duration of a clean stop before the process exits anyway, ms. Below Kubernetes' default of 30 s. */
const HARD_LIMIT_MS = 25_000;

/**
 * Runs the stop actions in the given order on SIGTERM or SIGINT, then exits with 0. A failed action is logged and the
 * next one still runs. A second signal or the hard limit exits at once with 1.
 */
export function onShutdown(
  stops: readonly Stop[],
  logger: Logger,
  exit: (code: number) => void = process.exit,
): void {
  let stopping = false;
  const begin = (signal: string): void => {
    if (stopping) return exit(1);
    stopping = true;
    logger.info({ signal }, 'stopping');
    const limit = setTimeout(() => exit(1), HARD_LIMIT_MS);
    void runStops(stops, logger).then(() => {
      clearTimeout(limit);
      logger.info('stopped');
      exit(0);
    });
  };
  process.on('SIGTERM', () => begin('SIGTERM'));
  process.on('SIGINT', () => begin('SIGINT'));
}

/** Runs the stop actions in order; a failed one is logged and the others still run. */
export async function runStops(stops: readonly Stop[], logger: Logger): Promise<void> {
  for (const { name, stop } of stops) {
    try {
      await stop();
    } catch (error) {
      logger.error({ err: error, part: name }, 'stop action failed');
    }
  }
}

/** An unhandled error is a bug: log it and exit, so that the supervisor starts a new process. */
export function dieOnUnhandled(logger: Logger, exit: (code: number) => void = process.exit): void {
  process.on('unhandledRejection', (error) => {
    logger.error({ err: error }, 'unhandled rejection');
    exit(1);
  });
  process.on('uncaughtException', (error) => {
    logger.error({ err: error }, 'uncaught exception');
    exit(1);
  });
}
