/** Name of the file, beside a bundle, that says what it was built from. */
export const RECORD: string;

/**
 * The record of a build: digests of the inputs, of the manifests of their packages, which say what an import means, and
 * of the outputs in `folder`, by name; those of a service unless given. Inputs from packages of npm are left out; the lock file stands for them.
 */
export function recordOf(folder: string, inputs: readonly string[], outputs?: readonly string[]): Uint8Array;

/** True where every file in the record of the last build into `folder` is there and unchanged. */
export function isFresh(folder: string): boolean;

/** True where a file was written since that time, ms since the epoch. */
export function changedSince(time: number, files: readonly string[]): boolean;
