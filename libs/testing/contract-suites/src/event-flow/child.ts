import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A child process that can be killed and restarted. */
export class Child {
  private process: ChildProcess | undefined;

  constructor(
    private readonly script: string,
    private readonly args: readonly string[],
  ) {}

  /** Resolves once it reports that it is ready; rejects if it exits first. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--import', 'tsx', this.script, ...this.args], {
      stdio: ['ignore', 'pipe', process.env['SHOW_CHILDREN'] ? 'inherit' : 'ignore'],
    });
    this.process = child;
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`${this.script} ended before it was ready (${code ?? signal})`);
    });
    await Promise.race([once(child.stdout, 'data'), ended]);
    ended.catch(() => undefined);
    child.stdout.resume();
  }

  async kill(): Promise<void> {
    const child = this.process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Stops it where it is (SIGSTOP): its connections stay open and nothing answers. {@link Child.kill} still ends it. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  async killAndStartAgain(): Promise<void> {
    await this.kill();
    await this.start();
  }
}
