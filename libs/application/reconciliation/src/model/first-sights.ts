/** A first sight that was not read for this long is dropped, ms. */
const UNASKED_MS = 3_600_000;
const MANY = 1_000;

/**
 * When this process first saw things, such as the pod with a uid, by its own clock. Timestamps of the cluster come from
 * other clocks and are never compared with it: a limit begins at the first sight.
 */
export class FirstSights {
  private readonly sights = new Map<string, { readonly at: number; askedAt: number }>();

  /** When `key` was seen first, ms of the clock that `now` is read from; `now` if never before. */
  of(key: string, now: number): number {
    const known = this.sights.get(key);
    if (known !== undefined) {
      known.askedAt = now;
      return known.at;
    }
    if (this.sights.size >= MANY) this.drop(now);
    this.sights.set(key, { at: now, askedAt: now });
    return now;
  }

  private drop(now: number): void {
    for (const [key, { askedAt }] of this.sights) if (now - askedAt > UNASKED_MS) this.sights.delete(key);
  }
}
