/** So long a frame takes, ms. */
const FRAME_MS = 17;

/** Runs the first of the tasks now and the others in later frames, so many in each: all at once hold up the page. */
export function inTurn(tasks: readonly (() => void)[], inOneFrame: number): void {
  for (const task of tasks.slice(0, inOneFrame)) task();
  if (tasks.length > inOneFrame) setTimeout(() => inTurn(tasks.slice(inOneFrame), inOneFrame), FRAME_MS);
}
