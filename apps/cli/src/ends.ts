/** Where a command reads its settings and writes. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
}

/** What a command ends with: 0 done, 1 it failed, 2 it was asked wrongly, 3 there is no such thing. */
export const EXIT = { done: 0, failed: 1, usage: 2, notFound: 3 } as const;

/** An end of a command that is no fault of its own, with the code that tells scripts which. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}
