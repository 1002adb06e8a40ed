import { Client } from 'pg';

/** Limits of a session outside the pool: it lives as long as its process, and its statements are short. */
const CONNECT_MS = 10_000;
const STATEMENT_MS = 30_000;
/** Longer than the server's limit, so that it only applies if no answer arrives at all, ms. */
const ANSWER_MS = 40_000;
const KEEP_ALIVE_AFTER_MS = 10_000;
/** Maximum wait for a clean close, ms; after that the socket is destroyed. */
const GOODBYE_MS = 2_000;

/**
 * TCP keepalive of the server: if the client's machine disappears, its session and advisory locks end after about 25
 * seconds instead of hours. On a Unix socket these settings have no effect.
 */
const SERVER_SIDE = `set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3`;

/**
 * Opens a dedicated session, for notifications and advisory locks. Rejects if the connection fails. A broken connection
 * fails the next statement.
 */
export async function openSession(url: string, applicationName: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(SERVER_SIDE);
    return client;
  } catch (error) {
    await closeSession(client);
    throw error;
  }
}

/** Ends a session; never rejects, and does not wait for a server that does not answer. */
export async function closeSession(client: Client): Promise<void> {
  let limit: NodeJS.Timeout | undefined;
  const left = new Promise<void>((resolve) => {
    limit = setTimeout(() => {
      streamOf(client)?.destroy();
      resolve();
    }, GOODBYE_MS);
  });
  await Promise.race([client.end().catch(() => undefined), left]);
  clearTimeout(limit);
}

/** The underlying socket, which the types of `pg` do not declare. */
const streamOf = (client: Client): { destroy(): void } | undefined =>
  (client as unknown as { readonly connection?: { readonly stream?: { destroy(): void } } }).connection
    ?.stream;
