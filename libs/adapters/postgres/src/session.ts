import { Client } from 'pg';
import { prepareSession, sessionSettings, type SessionLimits } from '@tessera/platform-config';

/** Limits of a session outside the pool: it lives as long as its process, and its statements are short. */
const LIMITS: SessionLimits = {
  connectMs: 10_000,
  statementMs: 30_000,
  lockMs: 10_000,
  idleTransactionMs: 15_000,
};
/** Longer than the server's limit, so that it only applies if no answer arrives at all, ms. */
const ANSWER_MS = 40_000;
/** Maximum wait for a clean close, ms; after that the socket is destroyed. */
const GOODBYE_MS = 2_000;

/**
 * Opens a dedicated session, for notifications and advisory locks. Rejects if the connection fails. A broken connection
 * fails the next statement. With `idleMs` the server ends the session if it gets no statement for that time.
 */
export async function openSession(url: string, applicationName: string, idleMs = 0): Promise<Client> {
  const client = new Client({
    ...sessionSettings(LIMITS),
    connectionString: url,
    application_name: applicationName,
    query_timeout: ANSWER_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await prepareSession(client, { ...LIMITS, idleMs });
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
