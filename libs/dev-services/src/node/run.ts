import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const LIMIT_MS = 60_000;

/** Output of a short command; throws with what it wrote to its error output. */
export async function run(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute(command, [...args], { timeout: LIMIT_MS });
  return stdout;
}

/** The same, where a failure means that there was nothing to do. */
export async function tryRun(command: string, args: readonly string[]): Promise<string> {
  return run(command, args).catch(() => '');
}
