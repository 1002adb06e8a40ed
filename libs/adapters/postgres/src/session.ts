import { Client } from 'pg';

/** Limits of a session beside the pool: it lives as long as its process, and each of its statements is short. */
const CONNECT_MS = 10_000;
const STATEMENT_MS = 30_000;
/** Longer than the server's own limit, so that this one acts only where no answer comes at all, ms. */
const ANSWER_MS = 40_000;
const KEEP_ALIVE_AFTER_MS = 10_000;
/** Longest wait for a goodbye, ms; whoever does not answer is left. */
const GOODBYE_MS = 2_000;

/**
 * The server looks after the client too: where a machine vanished without a word, its session, and the advisory locks that
 * it holds, end after about 25 seconds instead of hours. On a Unix socket the server takes these without effect.
 */
const SERVER_SIDE = `set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3`;

/**
 * A session of its own, for what outlasts a statement: notifications and advisory locks. Rejects when it cannot be had. A
 * broken connection fails the next statement.
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

/** Ends a session; never rejects, and waits for no server that does not answer. */
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

/** The socket below; `pg` declares it nowhere. */
const streamOf = (client: Client): { destroy(): void } | undefined =>
  (client as unknown as { readonly connection?: { readonly stream?: { destroy(): void } } }).connection
    ?.stream;
