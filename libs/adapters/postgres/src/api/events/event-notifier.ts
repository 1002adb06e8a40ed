import type { Client } from 'pg';
import { closeSession, openSession } from '../../session';

/** Postgres notification channel for added events. */
export const EVENTS_CHANNEL = 'tessera_api_events';
/** Delay before reopening a lost session, ms. */
const AGAIN_MS = 1_000;

/**
 * Listens on a dedicated session and calls `onNotified` if any instance may have added events; it is only a hint. A
 * lost session is reopened; readers poll meanwhile.
 */
export class EventNotifier {
  private client: Client | undefined;
  private again: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly onNotify: () => void,
  ) {}

  /** Never rejects. */
  async open(): Promise<void> {
    try {
      const client = await openSession(this.url, 'tessera-api-events');
      this.client = client;
      client.on('end', () => this.lost(client));
      client.on('notification', () => this.onNotify());
      if (this.closed) return await closeSession(client);
      await client.query(`listen ${EVENTS_CHANNEL}`).catch(() => closeSession(client));
    } catch {
      this.openLater();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.again);
    if (this.client !== undefined) await closeSession(this.client);
  }

  private lost(client: Client): void {
    if (this.closed || this.client !== client) return;
    this.client = undefined;
    this.openLater();
  }

  private openLater(): void {
    if (this.closed) return;
    this.again = setTimeout(() => void this.open(), AGAIN_MS).unref();
  }
}
