/** After failing for this long, work is reported as stuck, ms: longer than a broker or database takes to restart. */
const STUCK_MS = 30_000;

/** Work that keeps failing, by name: since when, and the latest cause. For readiness checks. */
export class Troubles {
  private readonly failing = new Map<string, { readonly since: number; readonly cause: string }>();

  /** `now` is any monotonic clock in ms. */
  constructor(private readonly now: () => number) {}

  failed(name: string, error: unknown): void {
    const since = this.failing.get(name)?.since ?? this.now();
    this.failing.set(name, { since, cause: error instanceof Error ? error.message : String(error) });
  }

  /** The work has succeeded, or another process does it now. */
  ended(name: string): void {
    this.failing.delete(name);
  }

  /** Ends all whose name passes the test. */
  endAll(isOne: (name: string) => boolean): void {
    for (const name of this.failing.keys()) if (isOne(name)) this.failing.delete(name);
  }

  /** What has failed for half a minute or longer, with the causes; undefined if nothing has. */
  stuck(): string | undefined {
    const stuck = [...this.failing].flatMap(([name, { since, cause }]) => {
      const ms = this.now() - since;
      return ms < STUCK_MS ? [] : [`${name} has failed for ${Math.round(ms / 1000)} s: ${cause}`];
    });
    return stuck.length === 0 ? undefined : stuck.join('; ');
  }
}
