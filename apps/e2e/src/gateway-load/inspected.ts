import { WebSocket } from 'undici';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What a process holds. */
export interface Holdings {
  /** After a forced collection, bytes. */
  readonly heapBytes: number;
  /** Open sockets of the process. */
  readonly sockets: number;
  /** Of these, connections of callers. */
  readonly callers: number;
  /** Open files of all kinds, sockets among them. */
  readonly files: number;
  /** Memory of the process, bytes. */
  readonly residentBytes: number;
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
    private readonly ports: readonly number[],
  ) {
    socket.addEventListener('message', ({ data }) => {
      const reply = JSON.parse(String(data)) as Reply;
      if (reply.id !== undefined) this.waiting.get(reply.id)?.(reply);
    });
  }

  /** `ports`: where callers connect to. */
  static async of(port: number, pid: number, ports: readonly number[]): Promise<Inspected> {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [target] = (await response.json()) as { readonly webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', reject);
    });
    return new Inspected(socket, pid, ports);
  }

  async holdings(): Promise<Holdings> {
    await this.ask('HeapProfiler.collectGarbage');
    await this.ask('HeapProfiler.collectGarbage');
    const heapBytes = Number(await this.value('process.memoryUsage().heapUsed'));
    const residentBytes = Number(await this.value('process.memoryUsage().rss'));
    const timers = Number(
      await this.value("process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length"),
    );
    return { heapBytes, ...openFiles(this.pid, this.ports), residentBytes, timers };
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

function openFiles(pid: number, ports: readonly number[]): Pick<Holdings, 'files' | 'sockets' | 'callers'> {
  const folder = `/proc/${pid}/fd`;
  const targets = readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)];
    } catch {
      return [];
    }
  });
  const sockets = targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
  const ofCallers = connectionsOn(pid, ports);
  return {
    files: targets.length,
    sockets: sockets.length,
    callers: sockets.filter((inode) => ofCallers.has(inode)).length,
  };
}

const LISTENS = '0A';

/** Inodes of the connections whose end here has one of these ports. */
function connectionsOn(pid: number, ports: readonly number[]): ReadonlySet<string> {
  const rows = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n').slice(1),
  );
  return new Set(
    rows.flatMap((row) => {
      const [, local = '', , state = '', , , , , , inode = ''] = row.trim().split(/\s+/);
      const port = Number.parseInt(local.split(':')[1] ?? '', 16);
      return state !== LISTENS && ports.includes(port) ? [inode] : [];
    }),
  );
}
