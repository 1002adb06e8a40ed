import type { Pool } from 'pg';
import type { Config, SessionLimits } from '@tessera/platform-config';

/** Settings of a connection pool and its limits. */
export const DATABASE_VARIABLES = [
  'TESSERA_DATABASE_URL',
  'TESSERA_DATABASE_POOL',
  'TESSERA_DATABASE_CONNECT_MS',
  'TESSERA_DATABASE_STATEMENT_MS',
  'TESSERA_DATABASE_LOCK_MS',
  'TESSERA_DATABASE_IDLE_TRANSACTION_MS',
] as const;

/** Limits of each connection of a pool, ms; 0 means no limit. */
export type ConnectionLimits = Required<Omit<SessionLimits, 'idleMs'>>;

/** No limits, for work such as migrations. */
export const UNLIMITED: ConnectionLimits = { connectMs: 0, statementMs: 0, lockMs: 0, idleTransactionMs: 0 };

/** Address, size and limits of a service's pool, from its configuration. */
export const databaseOf = (config: Config<(typeof DATABASE_VARIABLES)[number]>) => ({
  url: config.TESSERA_DATABASE_URL,
  pool: config.TESSERA_DATABASE_POOL,
  limits: {
    connectMs: config.TESSERA_DATABASE_CONNECT_MS,
    statementMs: config.TESSERA_DATABASE_STATEMENT_MS,
    lockMs: config.TESSERA_DATABASE_LOCK_MS,
    idleTransactionMs: config.TESSERA_DATABASE_IDLE_TRANSACTION_MS,
  },
});

/** The counters of a pool that the check reads. */
export type WatchedPool = Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount' | 'options'> & {
  on(event: 'acquire' | 'remove', listener: () => void): unknown;
  on(event: 'release', listener: () => void): unknown;
};

/**
 * Watches that connections return to a pool. Returns a liveness check, which fails once all connections have been in
 * use for `limitMs` and none was returned in that time. Only a restart recovers such a pool: the holders of the
 * connections wait for another connection, or for a server that never answers.
 */
export function watchPool(
  pool: WatchedPool,
  limitMs: number,
  now: () => number = () => performance.now(),
): () => string | undefined {
  let movedAt = now();
  const moved = (): void => void (movedAt = now());
  pool.on('acquire', moved);
  pool.on('release', moved);
  pool.on('remove', moved);
  return () => {
    const { totalCount, idleCount, waitingCount } = pool;
    if (totalCount < pool.options.max || idleCount > 0) {
      moved();
      return undefined;
    }
    const ms = now() - movedAt;
    if (ms < limitMs) return undefined;
    return `all ${totalCount} connections have been in use for ${Math.round(ms / 1000)} s and none was returned; ${waitingCount} calls wait for one`;
  };
}
