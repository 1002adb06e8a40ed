import { pause } from '@tessera/platform-lifecycle';

interface Waiting {
  /** What is missing now; undefined when nothing is. */
  readonly problem: () => Promise<string | undefined>;
  /** Told of a problem when it is another one than before: thousands may wait at once. */
  readonly onProblem: (problem: string) => void;
  /** Pause between two looks, ms. */
  readonly pauseMs: number;
  readonly signal: AbortSignal;
}

/** Looks again and again until nothing is missing, or the signal is aborted. A look that fails is a problem too. */
export async function untilSolved({ problem, onProblem, pauseMs, signal }: Waiting): Promise<void> {
  for (let reported: string | undefined; !signal.aborted;) {
    const found = await problem().catch((error: unknown) => String(error));
    if (found === undefined) return;
    if (found !== reported) onProblem(found);
    reported = found;
    await pause(pauseMs, signal);
  }
}
