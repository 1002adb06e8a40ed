import { pause } from '@tessera/platform-lifecycle';

interface Waiting {
  /** What is missing now; undefined when nothing is. */
  readonly problem: () => Promise<string | undefined>;
  /** Called when the problem changes: thousands may wait at once. */
  readonly onProblem: (problem: string) => void;
  /** Interval between two checks, ms. */
  readonly pauseMs: number;
  readonly signal: AbortSignal;
}

/** Checks until nothing is missing, or the signal is aborted. A failed check counts as a problem. */
export async function untilSolved({ problem, onProblem, pauseMs, signal }: Waiting): Promise<void> {
  for (let reported: string | undefined; !signal.aborted;) {
    const found = await problem().catch((error: unknown) => String(error));
    if (found === undefined) return;
    if (found !== reported) onProblem(found);
    reported = found;
    await pause(pauseMs, signal);
  }
}
