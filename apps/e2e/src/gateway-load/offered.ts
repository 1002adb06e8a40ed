/** A request that passed its limits. Times in ms, monotonic. */
export interface Passed {
  readonly at: number;
  readonly endedAt: number;
  /** In and out, as the model reports them. */
  readonly tokens: number;
}

/** Sends one request; undefined where a limit turned it away. Rejects where anything else went wrong. */
export type Ask = (gateway: string) => Promise<number | undefined>;

/** Keeps what passed of the requests for one key. */
export class Offered {
  readonly passed: Passed[] = [];
  refused = 0;
  private readonly open = new Set<Promise<void>>();

  constructor(private readonly ask: Ask) {}

  /** So many requests a second through each gateway, for `ms`. */
  async atPace(perSecond: Readonly<Record<string, number>>, ms: number): Promise<void> {
    const timers = Object.entries(perSecond).map(([gateway, rate]) =>
      setInterval(() => void this.begin(gateway), 1_000 / rate),
    );
    await new Promise((resolve) => setTimeout(resolve, ms));
    timers.forEach((timer) => clearInterval(timer));
    await Promise.all(this.open);
  }

  /** So many requests at the same time through each gateway, one after the other, for `ms`. */
  async atOnce(callers: Readonly<Record<string, number>>, ms: number, pauseMs: number): Promise<void> {
    const until = performance.now() + ms;
    const one = async (gateway: string): Promise<void> => {
      while (performance.now() < until)
        if (!(await this.begin(gateway))) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    };
    await Promise.all(
      Object.entries(callers).flatMap(([gateway, count]) =>
        Array.from({ length: count }, () => one(gateway)),
      ),
    );
  }

  /** Whether the request passed. */
  private async begin(gateway: string): Promise<boolean> {
    const at = performance.now();
    const asked = this.ask(gateway).then((tokens) => {
      if (tokens === undefined) this.refused += 1;
      else this.passed.push({ at, endedAt: performance.now(), tokens });
      return tokens !== undefined;
    });
    const kept = asked.then(() => undefined);
    this.open.add(kept);
    try {
      return await asked;
    } finally {
      this.open.delete(kept);
    }
  }
}

const MINUTE_MS = 60_000;

/** The most of it within any minute; `of` says what a request counts. */
export function mostOfMinute(passed: readonly Passed[], of: (one: Passed) => number): number {
  const sums = passed.map(({ at: start }) =>
    passed.filter(({ at }) => at >= start && at < start + MINUTE_MS).reduce((sum, one) => sum + of(one), 0),
  );
  return Math.max(0, ...sums);
}

/** How many were open at the same time from `from` on: the most, and the mean over the time until the last one began. */
export function openAtOnce(
  passed: readonly Passed[],
  from: number,
): { readonly most: number; readonly mean: number } {
  const to = Math.max(...passed.map(({ at }) => at));
  const steps = passed
    .flatMap(({ at, endedAt }) => [
      { time: at, by: 1 },
      { time: endedAt, by: -1 },
    ])
    .sort((a, b) => a.time - b.time || a.by - b.by);
  let [open, most, area, last] = [0, 0, 0, from];
  for (const { time, by } of steps) {
    if (time > from && last < to) {
      area += open * (Math.min(time, to) - Math.max(last, from));
      last = Math.min(time, to);
      most = Math.max(most, open);
    }
    open += by;
  }
  return { most, mean: area / (to - from) };
}
