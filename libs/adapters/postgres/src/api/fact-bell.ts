import { Client } from 'pg';

/** Postgres notification channel that is told when facts were added. */
export const FACTS_CHANNEL = 'tessera_api_facts';
/** Pause before a lost session is opened again, ms. */
const AGAIN_MS = 1_000;

/**
 * Listens on a session of its own and calls `onRing` when facts may have been added by any instance: a hint only. A lost
 * session is opened again; polling stands behind it meanwhile.
 */
export class FactBell {
  private client: Client | undefined;
  private again: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly onRing: () => void,
  ) {}

  /** Never rejects. */
  async open(): Promise<void> {
    const client = new Client({ connectionString: this.url, application_name: 'tessera-api-facts' });
    this.client = client;
    client.on('error', () => undefined);
    client.on('end', () => this.lost(client));
    client.on('notification', () => this.onRing());
    try {
      await client.connect();
      await client.query(`listen ${FACTS_CHANNEL}`);
    } catch {
      await client.end().catch(() => undefined);
      this.lost(client);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.again);
    await this.client?.end().catch(() => undefined);
  }

  private lost(client: Client): void {
    if (this.closed || this.client !== client) return;
    this.client = undefined;
    this.again = setTimeout(() => void this.open(), AGAIN_MS).unref();
  }
}
