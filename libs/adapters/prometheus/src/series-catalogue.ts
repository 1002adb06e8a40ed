import type { KnownSeries } from '@tessera/domain-measurement';

export interface SeriesCatalogueOptions {
  /** Loads the existing series; undefined if the answer may be incomplete. */
  readonly load: () => Promise<KnownSeries | undefined>;
  /** How long loaded series are used, ms. */
  readonly keepMs: number;
  /** A monotonic clock, ms. */
  readonly now?: () => number;
}

/**
 * The series that a source has, loaded in the background: no query waits for it, and if it cannot be loaded all series
 * count as possible.
 */
export class SeriesCatalogue {
  private known: KnownSeries | undefined;
  private knownAt = -Infinity;
  private loading: Promise<void> | undefined;

  constructor(private readonly options: SeriesCatalogueOptions) {}

  /** The series as of at most `keepMs` ago; undefined if older, and then loaded again. */
  current(): KnownSeries | undefined {
    const isOld = this.now() - this.knownAt >= this.options.keepMs;
    if (isOld) void this.refresh();
    return isOld ? undefined : this.known;
  }

  /** Loads the current series, unless a load is in progress. Never rejects. */
  refresh(): Promise<void> {
    this.loading ??= this.load().finally(() => (this.loading = undefined));
    return this.loading;
  }

  private async load(): Promise<void> {
    const began = this.now();
    this.known = await this.options.load().catch(() => undefined);
    this.knownAt = began;
  }

  private now(): number {
    return (this.options.now ?? (() => performance.now()))();
  }
}
