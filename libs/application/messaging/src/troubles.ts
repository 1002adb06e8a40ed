/** What fails for this long is reported as stuck, ms: longer than a broker or database takes to restart. */
const STUCK_MS = 30_000;

/** Work that fails again and again, by name: since when, and the latest cause. For readiness checks. */
export class Troubles {
  private readonly failing = new Map<string, { readonly since: number; readonly cause: string }>();

  /** `now` is any clock in ms that does not go back. */
  constructor(private readonly now: () => number) {}

  failed(name: string, error: unknown): void {
    const since = this.failing.get(name)?.since ?? this.now();
    this.failing.set(name, { since, cause: error instanceof Error ? error.message : String(error) });
  }

  /** It has succeeded, or is somebody else's now. */
  ended(name: string): void {
    this.failing.delete(name);
  }

  /** Ends all whose name is for this test. */
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
