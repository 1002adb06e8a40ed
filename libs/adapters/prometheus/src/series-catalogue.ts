import type { KnownSeries } from '@tessera/domain-measurement';

export interface SeriesCatalogueOptions {
  /** Asks for what there is; undefined where the answer may be incomplete. */
  readonly load: () => Promise<KnownSeries | undefined>;
  /** How long what was loaded holds, ms. */
  readonly keepMs: number;
  /** A clock that only goes forward, ms. */
  readonly now?: () => number;
}

/**
 * Which series a source has, loaded beside the queries: nobody waits for it, and where it cannot be had nothing is
 * known.
 */
export class SeriesCatalogue {
  private known: KnownSeries | undefined;
  private knownAt = -Infinity;
  private loading: Promise<void> | undefined;

  constructor(private readonly options: SeriesCatalogueOptions) {}

  /** What there was at most `keepMs` ago. What is older, or has failed, is loaded again. */
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
