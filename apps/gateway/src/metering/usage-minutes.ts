import type { UsageEntry } from '@tessera/contracts-internal/gateway';
import { maybe } from '@tessera/kernel';
import type { Tokens } from './meter';

/** One request that a replica served. */
export interface ServedRequest {
  readonly workloadId: string;
  /** Id of the serving key; absent where the caller used none. */
  readonly keyId?: string | undefined;
  /** The model's name in the request. */
  readonly model?: string | undefined;
  readonly tokens?: Tokens | undefined;
}

export type Minute = Omit<UsageEntry, 'sequence'>;

type Sum = { -readonly [K in keyof Minute]: Minute[K] };

export interface UsageMinutesOptions {
  /** Maximum number of entries; default {@link MOST_ENTRIES}. */
  readonly mostEntries?: number;
  /** Maximum number of models counted separately per workload and key; default {@link MOST_MODELS}. */
  readonly mostModels?: number;
}

/** A few MiB of memory. */
const MOST_ENTRIES = 20_000;
/** A limit is needed because clients can invent names. */
const MOST_MODELS = 20;
const LONGEST_NAME = 255;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Matches names that a database can store: a request may contain any text. */
const NAME = /^[^\p{Cc}\p{Cs}]+$/u;

const nameOf = (text: string | undefined): string | undefined =>
  text !== undefined && text.length <= LONGEST_NAME && NAME.test(text) ? text : undefined;

/**
 * Sums requests and tokens by minute, workload, key and model until {@link UsageMinutes.take}. Beyond the maximum
 * number of entries, minutes are merged into hours, then models are merged, and then the oldest entries are dropped.
 */
export class UsageMinutes {
  private readonly sums = new Map<string, Sum>();
  /** Models with entries, by workload and key. */
  private readonly models = new Map<string, Set<string>>();
  private lostRequests = 0;

  constructor(private readonly options: UsageMinutesOptions = {}) {}

  /** `now`: milliseconds since the epoch. */
  add({ workloadId, keyId, model, tokens }: ServedRequest, now: number): void {
    const minute = new Date(now - (now % MINUTE_MS)).toISOString();
    this.merge({
      workloadId,
      minute,
      ...maybe('keyId', nameOf(keyId)),
      ...maybe('model', this.knownModel(workloadId, keyId, nameOf(model))),
      requests: 1,
      inputTokens: tokens?.inputTokens ?? 0,
      cachedTokens: tokens?.cachedTokens ?? 0,
      outputTokens: tokens?.outputTokens ?? 0,
    });
    if (this.sums.size > (this.options.mostEntries ?? MOST_ENTRIES)) this.shrink();
  }

  /** Removes and returns at most so many entries, the oldest first. */
  take(most: number): Minute[] {
    const taken: Minute[] = [];
    for (const [key, sum] of this.sums) {
      if (taken.length >= most) break;
      this.sums.delete(key);
      taken.push(sum);
    }
    if (this.sums.size === 0) this.models.clear();
    return taken;
  }

  get isEmpty(): boolean {
    return this.sums.size === 0;
  }

  /** Number of requests whose usage was dropped since the last call. */
  takeLost(): number {
    const { lostRequests } = this;
    this.lostRequests = 0;
    return lostRequests;
  }

  private merge(more: Minute): void {
    const key = [more.minute, more.workloadId, more.keyId ?? '', more.model ?? ''].join('\u0000');
    const sum = this.sums.get(key);
    if (sum === undefined) {
      this.sums.set(key, { ...more });
      return;
    }
    sum.requests += more.requests;
    sum.inputTokens += more.inputTokens;
    sum.cachedTokens += more.cachedTokens;
    sum.outputTokens += more.outputTokens;
  }

  private knownModel(workloadId: string, keyId = '', model: string | undefined): string | undefined {
    if (model === undefined) return undefined;
    const key = `${workloadId}\u0000${keyId}`;
    let models = this.models.get(key);
    if (models === undefined) this.models.set(key, (models = new Set()));
    if (!models.has(model) && models.size >= (this.options.mostModels ?? MOST_MODELS)) return undefined;
    models.add(model);
    return model;
  }

  private shrink(): void {
    const most = this.options.mostEntries ?? MOST_ENTRIES;
    this.rewrite((sum) => ({ ...sum, minute: hourOf(sum.minute) }));
    if (this.sums.size > most / 2) this.rewrite(({ model: _model, ...sum }) => sum);
    for (const [key, { requests }] of this.sums) {
      if (this.sums.size <= most / 2) return;
      this.sums.delete(key);
      this.lostRequests += requests;
    }
  }

  private rewrite(change: (sum: Minute) => Minute): void {
    const all = [...this.sums.values()];
    this.sums.clear();
    for (const sum of all) this.merge(change(sum));
  }
}

function hourOf(minute: string): string {
  const at = Date.parse(minute);
  return new Date(at - (at % HOUR_MS)).toISOString();
}
