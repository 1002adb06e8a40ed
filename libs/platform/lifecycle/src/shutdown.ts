import type { Logger } from '@tessera/platform-logging';

/** One thing to stop, told in the log by its name. */
export interface Stop {
  readonly name: string;
  readonly stop: () => Promise<void> | void;
}

/** Longest time an orderly stop may take before the process ends anyway, ms. Below Kubernetes' default of 30 s. */
const HARD_LIMIT_MS = 25_000;

/**
 * Runs the stops one after the other, in the order given, when SIGTERM or SIGINT arrives; then exits with 0. A stop that
 * fails is logged and the next one still runs. A second signal or the hard limit ends the process at once with 1.
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

/** Runs the stops in order; a failing one is logged and does not keep the others from running. */
export async function runStops(stops: readonly Stop[], logger: Logger): Promise<void> {
  for (const { name, stop } of stops) {
    try {
      await stop();
    } catch (error) {
      logger.error({ err: error, part: name }, 'could not stop a part');
    }
  }
}

/** An error that nobody handled is a bug: log it and end, so that the supervisor starts a clean process. */
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
