import { availableParallelism } from 'node:os';
import { spawnSync } from 'node:child_process';

/** The cores that the two sides of every measurement have to themselves. */
export const LOAD_CORE = 0;
export const PROXY_CORE = 1;

/** Whether processes are kept on their cores: with two or more of them, and the program that does it (util-linux). */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** The command, kept on a core where that is possible. */
export const pinned = (
  core: number,
  command: string,
  args: readonly string[],
): { readonly command: string; readonly args: readonly string[] } =>
  canPin ? { command: 'taskset', args: ['-c', String(core), command, ...args] } : { command, args };
