import { createHash } from 'node:crypto';
import { textHash } from '@tessera/domain-workload/prefix-hashes';
import type { Replica } from './replica';

/** How long a replica counts as warming up after it became ready, ms: the first requests fill its caches. */
const WARMING_MS = 10_000;
/** 132 bits. */
const MARK_LENGTH = 22;

/** A replica and its requests in flight. Times in ms of any origin, monotonic. */
export class Backend {
  /** Open requests, streams and websockets. */
  inFlight = 0;
  /** Hash of its uid, to choose the replica of a session. */
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

  /** Value of the session cookie for this replica, the same at all gateways. It reveals nothing about the pod. */
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

  /** Whether it became ready less than {@link WARMING_MS} ago, or is not ready. */
  isWarming(now: number): boolean {
    return this.readySince === undefined || now - this.readySince < WARMING_MS;
  }

  /** True at the first call only: the cold start of a replica is reported once. */
  isFirstByte(): boolean {
    const first = this.first;
    this.first = false;
    return first;
  }
}
