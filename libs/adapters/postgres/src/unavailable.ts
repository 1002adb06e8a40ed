import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';

/**
 * Classes of SQLSTATE that tell of the values given: data exceptions, integrity violations and what is larger than the server
 * can hold at all (https://www.postgresql.org/docs/current/errcodes-appendix.html). All others tell of the server, of concurrency, or of a
 * schema that is not ours yet.
 */
const OF_THE_VALUES = ['22', '23', '54'];
/** What `pg` says, without a code, of a connection that broke or could not be had. */
const CONNECTION =
  /connection terminated|timeout exceeded when trying to connect|not queryable|connection error|query read timeout/i;
const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Names of the system's errors of connections, such as ECONNREFUSED; those of JavaScript begin with ERR_. */
const SYSTEM = /^E(?!RR_)[A-Z]+$/;

/**
 * Whether an error is of the database and its surroundings, so that the same work may succeed later: connections, restarts,
 * failovers, locks, deadlocks, limits of time, disks, a schema that is still migrated. False for errors of the values, and for
 * all others. The one place that decides this, for consumers and for HTTP answers.
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
