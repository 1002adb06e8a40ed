import { createHash } from 'node:crypto';
import { textHash } from '@tessera/kernel';
import type { Replica } from './replica';

/** How long after it became ready a replica counts as warming up, ms: first requests fill its caches. */
const WARMING_MS = 10_000;
/** 132 bits. */
const MARK_LENGTH = 22;

/** A replica and its requests in flight. Times in ms of any origin, monotonic. */
export class Backend {
  /** Requests, streams and websockets that are open. */
  inFlight = 0;
  /** Of its uid, for sessions. */
  readonly hash: number;
  private knownMark: string | undefined;
  /** Since when it has been ready; undefined while it is not. */
  private readySince: number | undefined;
  private first = true;

  constructor(
    private current: Replica,
    now: number,
  ) {
    this.hash = textHash(current.uid);
    this.update(current, now);
  }

  get replica(): Replica {
    return this.current;
  }

  /** What session cookies call it, at all gateways the same; tells nothing of its pod. */
  get mark(): string {
    return (this.knownMark ??= createHash('sha256')
      .update(`session of ${this.current.uid}`)
      .digest('base64url')
      .slice(0, MARK_LENGTH));
  }

  get readyAt(): number | undefined {
    return this.readySince;
  }

  update(replica: Replica, now: number): void {
    this.current = replica;
    this.readySince = replica.ready ? (this.readySince ?? now) : undefined;
  }

  /** Whether it has been ready for seconds only. */
  isWarming(now: number): boolean {
    return this.readySince === undefined || now - this.readySince < WARMING_MS;
  }

  /** True at the first call: the start of a replica is reported once. */
  isFirstByte(): boolean {
    const first = this.first;
    this.first = false;
    return first;
  }
}
