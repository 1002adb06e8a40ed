import { addressKey } from './address-key';
import { exponentialMs, type Backoff, type MonotonicClock } from '@tessera/kernel';
import { LRUCache } from 'lru-cache';
import { RateLimit, tooMany } from './rate-limit';

/** Failures without a block, and the blocks after more of them. */
interface Patience {
  readonly free: number;
  readonly block: Backoff;
}
/** Limits of one client id from one address. */
const PAIR: Patience = { free: 5, block: { firstMs: 1_000, maxMs: 300_000 } };
/** Limits of one client id over all addresses where it is not known; short, so that strangers cannot lock it out. */
const CLIENT: Patience = { free: 20, block: { firstMs: 1_000, maxMs: 30_000 } };

/** Failures are forgotten after this long without a failure, ms. */
const FORGOTTEN_MS = 15 * 60_000;
/** How long an address counts as known for a client, ms. */
const KNOWN_MS = 24 * 3600_000;
const MAX_CACHED = 20_000;
/**
 * Logins checked concurrently: of one address, of one client id from addresses where it is not known, and of one client
 * from an address where it is.
 */
const AT_ONCE = 8;

export interface LoginAttempt {
  readonly address: string;
  /** Client id or user name; undefined for a refresh token, which cannot be guessed. */
  readonly name: string | undefined;
}

/**
 * A login that may be checked now. The caller reports the outcome by `succeeded` or `failed`, and always calls `done`.
 */
export interface AdmittedLogin {
  /** The client logged in from this address before: it takes precedence over unknown clients. */
  readonly known: boolean;
  succeeded(): void;
  failed(): void;
  /** Called in every case; without an outcome before, nothing is counted. */
  done(): void;
}

interface Failures {
  readonly count: number;
  readonly at: number;
  readonly blockedUntil: number;
}

/**
 * Decides which logins are checked, before any secret is compared. A client id backs off exponentially per address, and
 * over all addresses where it is not known; an address has a limited number of failures a minute. A client at a known
 * address is not delayed by what others try with its name or from its address.
 */
export class LoginLimits {
  private readonly pairs = new LRUCache<string, Failures>({ max: MAX_CACHED });
  private readonly clients = new LRUCache<string, Failures>({ max: MAX_CACHED });
  private readonly known = new LRUCache<string, number>({ max: MAX_CACHED });
  private readonly inFlight = new Map<string, number>();
  private readonly strangers: RateLimit;
  private readonly regulars: RateLimit;

  /** `perMinute` limits the failures of an address, and the logins of a client from a known address; 0 is no limit. */
  constructor(
    perMinute: number,
    private readonly clock: MonotonicClock,
  ) {
    this.strangers = new RateLimit(perMinute, clock, 'failed logins of an address');
    this.regulars = new RateLimit(perMinute, clock, 'logins of a client');
  }

  /** Throws 429 with Retry-After for a login that must not be checked now. */
  admit({ address, name }: LoginAttempt): AdmittedLogin {
    const from = addressKey(address);
    const pair = JSON.stringify([from, name]);
    const known =
      name !== undefined && (this.known.get(pair) ?? -Infinity) > this.clock.elapsedMs() - KNOWN_MS;
    const [limit, key] = known ? ([this.regulars, pair] as const) : ([this.strangers, from] as const);
    if (name !== undefined) {
      this.refuseBlocked(this.pairs.get(pair));
      if (!known) this.refuseBlocked(this.clients.get(name));
    }
    const held = known || name === undefined ? [key] : [key, `client ${name}`];
    if (held.some((one) => (this.inFlight.get(one) ?? 0) >= AT_ONCE))
      throw tooMany(`at most ${AT_ONCE} logins at once`, 1);
    limit.take(key);
    const releases = held.map((one) => this.hold(one));
    let settled = false;
    const settle = (how: () => void): void => {
      if (settled) return;
      settled = true;
      for (const release of releases) release();
      how();
    };
    return {
      known,
      succeeded: () =>
        settle(() => {
          if (!known) limit.refund(key);
          this.pairs.delete(pair);
          if (name !== undefined) this.known.set(pair, this.clock.elapsedMs());
        }),
      failed: () =>
        settle(() => {
          if (name === undefined) return;
          this.fail(this.pairs, pair, PAIR);
          if (!known) this.fail(this.clients, name, CLIENT);
        }),
      done: () => settle(() => limit.refund(key)),
    };
  }

  private refuseBlocked(failures: Failures | undefined): void {
    const ms = (failures?.blockedUntil ?? 0) - this.clock.elapsedMs();
    if (ms > 0) throw tooMany('too many failed logins', Math.ceil(ms / 1000));
  }

  private fail(failures: LRUCache<string, Failures>, key: string, { free, block }: Patience): void {
    const now = this.clock.elapsedMs();
    const before = failures.get(key);
    const count = before === undefined || now - before.at > FORGOTTEN_MS ? 1 : before.count + 1;
    const blockMs = count < free ? 0 : exponentialMs(count - free + 1, block);
    failures.set(key, { count, at: now, blockedUntil: now + blockMs });
  }

  private hold(key: string): () => void {
    this.inFlight.set(key, (this.inFlight.get(key) ?? 0) + 1);
    return () => {
      const left = (this.inFlight.get(key) ?? 1) - 1;
      if (left > 0) this.inFlight.set(key, left);
      else this.inFlight.delete(key);
    };
  }
}
