/** Limits of one connection to Postgres, ms; 0 or absent means no limit. */
export interface SessionLimits {
  /** Maximum wait for a connection. */
  readonly connectMs?: number;
  readonly statementMs?: number;
  /** Maximum wait for a lock of another session. */
  readonly lockMs?: number;
  /** Maximum idle time of an open transaction between two statements. */
  readonly idleTransactionMs?: number;
  /**
   * Maximum time between two statements outside a transaction, after which the server ends the session and releases its
   * advisory locks. A user of the session has to send a statement more often. Postgres 14 and later; ignored before.
   */
  readonly idleMs?: number;
}

/** Idle time after which TCP asks whether the peer is still there, ms. */
const KEEP_ALIVE_AFTER_MS = 5_000;
/** Additional time for an answer of the server to arrive, beyond what the statement may take, ms. */
const ANSWER_MS = 10_000;

/**
 * TCP of the server: the session of a machine that disappeared, with its locks, ends after about 11 seconds instead of
 * hours; while an answer waits to be acknowledged, after 10. On a Unix socket they have no effect.
 * https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS
 */
const SERVER_TCP = `set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3; set tcp_user_timeout = 10000`;

/** Options of a client of `pg`, by its names; times in ms. */
export interface SessionSettings {
  readonly keepAlive: boolean;
  readonly keepAliveInitialDelayMillis: number;
  readonly connectionTimeoutMillis?: number;
  readonly statement_timeout?: number;
  readonly lock_timeout?: number;
  readonly idle_in_transaction_session_timeout?: number;
}

/** Those of a pool, too. */
export interface PoolSettings extends SessionSettings {
  readonly onConnect: (client: unknown) => Promise<void>;
}

/**
 * The options of a client of `pg`. A limit of 0 is not sent at all: some poolers in front of Postgres reject
 * unknown parameters.
 */
export const sessionSettings = ({
  connectMs,
  statementMs,
  lockMs,
  idleTransactionMs,
}: SessionLimits): SessionSettings => ({
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  ...limit('connectionTimeoutMillis', connectMs),
  ...limit('statement_timeout', statementMs),
  ...limit('lock_timeout', lockMs),
  ...limit('idle_in_transaction_session_timeout', idleTransactionMs),
});

/** The options of a pool of `pg`, each of whose connections is prepared before its first use. */
export const poolSettings = (limits: SessionLimits): PoolSettings => ({
  ...sessionSettings(limits),
  onConnect: (client: unknown): Promise<void> => prepareSession(client, limits),
});

const limit = <K extends string>(name: K, ms = 0): Partial<Record<K, number>> =>
  ms === 0 ? {} : ({ [name]: ms } as Record<K, number>);

/** The parts of a client of `pg` that {@link prepareSession} uses; not all of them are declared by its types. */
interface SessionClient {
  query(text: string): Promise<unknown>;
  readonly readyForQuery?: boolean;
  readonly connection?: { readonly stream?: SessionSocket };
}

interface SessionSocket {
  setTimeout(ms: number, onSilence: () => void): unknown;
  destroy(error: Error): unknown;
}

/**
 * Prepares a new connection before its first use: the server notices when this process is gone, and a statement without
 * an answer for longer than it may take ends the connection. Rejects if the server refuses a setting.
 */
export async function prepareSession(
  client: unknown,
  { statementMs = 0, idleMs = 0 }: SessionLimits,
): Promise<void> {
  const session = client as SessionClient;
  const socket = session.connection?.stream;
  const answerMs = statementMs + ANSWER_MS;
  if (statementMs > 0)
    socket?.setTimeout(answerMs, () => {
      if (session.readyForQuery === false)
        socket.destroy(new Error(`Connection terminated: no answer of the database for ${answerMs} ms`));
    });
  await session.query(SERVER_TCP);
  if (idleMs > 0)
    await session.query(
      `select set_config(name, '${idleMs}', false) from pg_settings where name = 'idle_session_timeout'`,
    );
}
