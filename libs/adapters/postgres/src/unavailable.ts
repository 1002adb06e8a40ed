import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';

/**
 * SQLSTATE classes caused by the given values: data exceptions, integrity violations and values above the server's
 * limits (https://www.postgresql.org/docs/current/errcodes-appendix.html). All others are caused by the server, by
 * concurrency, or by a schema that is not migrated yet.
 */
const OF_THE_VALUES = ['22', '23', '54'];
/** Messages of `pg`, which have no code, for a connection that broke or could not be opened. */
const CONNECTION =
  /connection terminated|timeout exceeded when trying to connect|not queryable|connection error|query read timeout/i;
const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Codes of system errors of connections, such as ECONNREFUSED; Node's own codes begin with ERR_. */
const SYSTEM = /^E(?!RR_)[A-Z]+$/;

/**
 * True if the database or its environment caused the error, so that a retry may succeed: connections, restarts,
 * failovers, locks, deadlocks, timeouts, disks, a pending migration. False for errors caused by values, and for all
 * others. The only place that decides this, for consumers and for HTTP answers.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  // The connection of a transaction broke between two of its statements.
  if (error instanceof QueryRunnerAlreadyReleasedError) return true;
  if (error instanceof QueryFailedError) {
    const code = codeOf(error.driverError);
    return code === undefined || !OF_THE_VALUES.includes(code.slice(0, 2));
  }
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code === undefined) return CONNECTION.test(error.message);
  if (SYSTEM.test(code)) return true;
  return SQLSTATE.test(code) && !OF_THE_VALUES.includes(code.slice(0, 2));
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
