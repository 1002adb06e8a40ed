import { WebSocket } from 'undici';
import { readdirSync, readlinkSync } from 'node:fs';

/** What a process holds. */
export interface Holdings {
  /** After a forced collection, bytes. */
  readonly heapBytes: number;
  /** Open sockets of the process. */
  readonly sockets: number;
  /** Timers that are set, of those that keep a process alive. */
  readonly timers: number;
}

interface Reply {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/** Asks a Node process that runs with `--inspect` what it holds. */
export class Inspected {
  private id = 0;
  private readonly waiting = new Map<number, (reply: Reply) => void>();

  private constructor(
    private readonly socket: WebSocket,
    private readonly pid: number,
  ) {
    socket.addEventListener('message', ({ data }) => {
      const reply = JSON.parse(String(data)) as Reply;
      if (reply.id !== undefined) this.waiting.get(reply.id)?.(reply);
    });
  }

  static async of(port: number, pid: number): Promise<Inspected> {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [target] = (await response.json()) as { readonly webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    return new Inspected(socket, pid);
  }

  async holdings(): Promise<Holdings> {
    await this.ask('HeapProfiler.collectGarbage');
    await this.ask('HeapProfiler.collectGarbage');
    const heapBytes = Number(await this.value('process.memoryUsage().heapUsed'));
    const timers = Number(
      await this.value("process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length"),
    );
    return { heapBytes, sockets: openSockets(this.pid), timers };
  }

  close(): void {
    this.socket.close();
  }

  private async value(expression: string): Promise<unknown> {
    const reply = await this.ask('Runtime.evaluate', { expression, returnByValue: true });
    return reply.result?.result?.value;
  }

  private ask(method: string, params: object = {}): Promise<Reply> {
    this.id += 1;
    const { id } = this;
    return new Promise((resolve) => {
      this.waiting.set(id, (reply) => {
        this.waiting.delete(id);
        resolve(reply);
      });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }
}

function openSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(`${folder}/${name}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}
