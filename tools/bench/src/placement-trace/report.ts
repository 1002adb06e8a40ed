/** A figure that has to be reached: what was wanted, what came out. */
export interface Bar {
  readonly name: string;
  readonly want: string;
  readonly got: number | string;
  readonly ok: boolean;
}

export const atMost = (name: string, got: number, limit: number): Bar => ({
  name,
  want: `<= ${limit}`,
  got,
  ok: got <= limit,
});

export const atLeast = (name: string, got: number, limit: number): Bar => ({
  name,
  want: `>= ${limit}`,
  got,
  ok: got >= limit,
});

/** Prints one JSON object and sets the exit code: 1 where a bar is missed. */
export function report(result: Readonly<Record<string, unknown>>, bars: readonly Bar[]): void {
  process.stdout.write(`${JSON.stringify({ ...result, bars })}\n`);
  process.exitCode = bars.every(({ ok }) => ok) ? 0 : 1;
}
