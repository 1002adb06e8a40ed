import type { AuditEntry } from '@tessera/application-control-plane';
import type { MonotonicClock } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import { HttpError } from '@tessera/platform-http';
import { addressKey } from './address-key';
import { RateLimit } from './rate-limit';

/** Rejected calls per subject and minute that get a row each; further ones are counted. */
const ROWS_PER_MINUTE = 100;
/** Kinds of rejected calls counted separately between two flushes; further kinds are counted together. */
const MOST_KINDS = 20;
const ANY = '*';

export interface AuditTrailOptions {
  readonly write: (entry: AuditEntry) => Promise<void>;
  readonly logger: Logger;
  readonly clock: MonotonicClock;
  /** Flush interval of the counted calls, ms. */
  readonly flushMs: number;
}

/** The target of counted calls: the first one, and whether there were others. */
const targets = (before: string | undefined, now: string): string =>
  before === undefined || before === now || before.endsWith(OTHERS) ? (before ?? now) : `${before}${OTHERS}`;
const OTHERS = ' and others';

/**
 * The audit log. Every change has a row, and so has every rejected call of a known caller, up to a limit. Anonymous
 * rejected calls, and calls beyond the limit, are counted and written as one row per kind and interval: a rejected call
 * costs no write. A row that cannot be written is logged and does not change the response.
 */
export class AuditTrail {
  private readonly counted = new Map<string, AuditEntry & { readonly count: number }>();
  private readonly rows: RateLimit;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: AuditTrailOptions) {
    this.rows = new RateLimit(ROWS_PER_MINUTE, options.clock);
  }

  start(): void {
    this.timer = setInterval(() => void this.flush(), this.options.flushMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** Resolves when the row is written, or at once where the call is only counted. */
  async record(entry: AuditEntry): Promise<void> {
    if (entry.status < 400 || this.hasRow(entry)) await this.write(entry);
    else this.count(entry);
  }

  /** Writes the counted calls. */
  async flush(): Promise<void> {
    const entries = [...this.counted.values()];
    this.counted.clear();
    for (const entry of entries) await this.write(entry);
  }

  private hasRow({ caller, status }: AuditEntry): boolean {
    if (caller.subjectId === '' || status === 429) return false;
    try {
      this.rows.take(caller.subjectId);
      return true;
    } catch (error) {
      if (error instanceof HttpError) return false;
      throw error;
    }
  }

  private count(entry: AuditEntry): void {
    const { caller, operation, status } = entry;
    const kind = [operation, status, caller.subjectId, addressKey(caller.address)].join(' ');
    const isNew = !this.counted.has(kind) && this.counted.size >= MOST_KINDS;
    const key = isNew ? ANY : kind;
    const before = this.counted.get(key);
    const count = (before?.count ?? 0) + 1;
    const shared = { name: '', subjectId: '', address: ANY, requestId: caller.requestId };
    this.counted.set(
      key,
      key === ANY
        ? { ...entry, caller: shared, operation: ANY, target: '', status: before?.status ?? status, count }
        : { ...entry, target: targets(before?.target, entry.target), count },
    );
  }

  private async write(entry: AuditEntry): Promise<void> {
    await this.options
      .write(entry)
      .catch((error: unknown) =>
        this.options.logger.error(
          { err: error, operation: entry.operation },
          'could not write the audit log',
        ),
      );
  }
}
