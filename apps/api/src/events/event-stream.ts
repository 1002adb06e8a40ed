import { TokenError, type TokenClaims } from '@tessera/adapter-oidc';
import {
  canSomewhere,
  visibility,
  type EventQuery,
  type EventStore,
  type Principal,
} from '@tessera/application-control-plane';
import type { Principals } from '../identity/principals';

/** Events read and held at once. */
const PAGE = 100;
/** Reconnection time sent to the client, ms. */
const RETRY_MS = 2_000;

/** The subscriber and its token, which is checked again for every page. */
export interface Reader {
  readonly principal: Principal;
  readonly claims: TokenClaims;
}

export interface Timings {
  /** Longest interval between two reads of events and permissions, ms. */
  readonly pollMs: number;
  readonly heartbeatMs: number;
  /** A client that reads nothing for this long is disconnected, ms. */
  readonly stalledMs: number;
}

export type StreamQuery = Pick<EventQuery, 'types' | 'projectIds' | 'workloadIds' | 'after'> & {
  /** Whether the stream follows later events instead of ending. */
  readonly follow: boolean;
};

export interface EventStreamOptions {
  readonly events: Pick<EventStore, 'after'>;
  readonly principals: Pick<Principals, 'of'>;
  readonly now: () => number;
  readonly timings: Timings;
  readonly reader: Reader;
  readonly query: StreamQuery;
  /** Position up to which requested events are past their retention. */
  readonly missed: string | undefined;
  /** Called once, however the stream ends. */
  readonly onEnd: () => void;
}

/**
 * The event stream of one client. A page is read once the last one was received, so a slow client holds no more than
 * one; a client that reads nothing for a minute is disconnected. Permissions are checked again for every page.
 */
export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  private readonly encoder = new TextEncoder();
  private controller!: ReadableStreamDefaultController<Uint8Array>;
  private readonly watch: NodeJS.Timeout;
  private position: string;
  private ended = false;
  private isNotified = false;
  private endPause: () => void = () => undefined;
  private sentAt = performance.now();

  constructor(private readonly on: EventStreamOptions) {
    this.position = on.query.after;
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.controller = controller;
        this.send(`retry: ${RETRY_MS}\nid: ${this.position}\n\n`);
        if (on.missed !== undefined)
          this.send(`id: ${on.missed}\nevent: missed\ndata: ${JSON.stringify({ upTo: on.missed })}\n\n`);
      },
      pull: () => this.fill(),
      cancel: () => this.finish(),
    });
    this.watch = setInterval(() => this.endIfStalled(), on.timings.pollMs).unref();
  }

  /** Ends the pause: events may have been added. */
  notify(): void {
    this.isNotified = true;
    this.endPause();
  }

  /** Closes the stream; what was written before is still sent. */
  stop(): void {
    if (this.ended) return;
    this.finish();
    this.controller.close();
  }

  /** Waits for events and sends them. */
  private async fill(): Promise<void> {
    try {
      while (!this.ended) {
        this.isNotified = false;
        if (!(await this.turn())) return;
        await this.pause();
      }
    } catch (error) {
      this.finish();
      throw error;
    }
  }

  /** Returns true when there were no events. */
  private async turn(): Promise<boolean> {
    const { events, query, timings } = this.on;
    const seen = await this.seen();
    if (this.ended || seen === undefined) return this.over();
    const { after: _after, follow, ...filter } = query;
    const page = await events.after({ ...filter, seen, after: this.position, limit: PAGE });
    if (this.ended) return false;
    this.position = page.position;
    if (page.events.length > 0)
      this.send(
        page.events
          .map(({ position, type, json }) => `id: ${position}\nevent: ${type}\ndata: ${json}\n\n`)
          .join(''),
      );
    if (page.complete && !follow) return this.over();
    if (page.events.length > 0) return false;
    if (performance.now() - this.sentAt < timings.heartbeatMs) return true;
    // The id advances a client whose filters match nothing, so that its position does not fall behind the retention.
    this.send(`: heartbeat\nid: ${this.position}\n\n`);
    return false;
  }

  /** What the subscriber may see now; undefined once it may see nothing. */
  private async seen() {
    const { principals, reader } = this.on;
    if (this.expired()) return undefined;
    try {
      const principal = await principals.of(reader.claims);
      return canSomewhere(principal, 'workloads', 'read') ? visibility(principal, 'workloads') : undefined;
    } catch (error) {
      if (error instanceof TokenError) return undefined;
      throw error;
    }
  }

  private expired(): boolean {
    return this.on.now() >= this.on.reader.claims.exp * 1000;
  }

  private over(): false {
    this.stop();
    return false;
  }

  /** Runs also while a slow client reads nothing and no page is requested. */
  private endIfStalled(): void {
    if (this.ended || (this.controller.desiredSize ?? 0) > 0) return;
    const stalled = performance.now() - this.sentAt > this.on.timings.stalledMs;
    if (!stalled && !this.expired()) return;
    this.finish();
    this.controller.error(new Error(stalled ? 'the client stopped reading' : 'the token expired'));
  }

  private pause(): Promise<void> {
    if (this.isNotified || this.ended) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.on.timings.pollMs);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private send(text: string): void {
    this.sentAt = performance.now();
    this.controller.enqueue(this.encoder.encode(text));
  }

  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.watch);
    this.endPause();
    this.on.onEnd();
  }
}
