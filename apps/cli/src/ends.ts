/** Environment and output streams of a command. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
}

/** Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found. */
export const EXIT = { done: 0, failed: 1, usage: 2, notFound: 3 } as const;

/** Ends a command with the exit code by which scripts know why. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}
