import { connect, type Socket } from 'node:net';
import { quantile, rounded } from '../placement-trace/statistics';
import { MessageReader } from './message-reader';
import type { Order, Outcome } from './order';

/**
 * How long requests are sent that do not count, s. A load process that has just begun is slow for about 100 ms, a
 * thirtieth of a round: its own delay was most of what the slowest hundredth of a round showed, of any proxy.
 */
const WARM_UP_SECONDS = 0.5;
/** Requests that are due are looked for this often, ms. */
const TICK_MS = 1;
/** Time at which a token was sent, as the upstream writes it. */
const SENT_AT = /"content":"(\d+)"/g;
const NS_PER_MS = 1e6;

const measured = { latencies: [] as number[], tokens: [] as number[] };

/** One connection with one request at a time. */
class Line {
  private begin = 0;
  private done: () => void = () => undefined;
  private head = '';
  private text = '';

  constructor(
    readonly socket: Socket,
    private readonly request: Buffer,
  ) {
    const reader = new MessageReader({
      head: (text) => this.started(text),
      body: (chunk) => this.read(chunk),
      end: () => this.ended(),
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk) => reader.push(chunk));
    socket.on('error', fail);
    socket.on('close', () => {
      if (!over) fail(new Error(`a connection was closed; it had got: ${this.head} ${this.text}`));
    });
  }

  /** `due`: when the request should have been sent. */
  send(due: number, done: () => void): void {
    this.begin = due;
    this.done = done;
    this.socket.write(this.request);
  }

  private started(text: string): void {
    this.head = text;
    this.text = '';
  }

  private read(chunk: Buffer): void {
    const now = process.hrtime.bigint();
    const text = this.text + chunk.toString('latin1');
    // An event may be cut in two.
    const whole = text.lastIndexOf('\n') + 1;
    for (const [, at = '0'] of text.slice(0, whole).matchAll(SENT_AT))
      measured.tokens.push(Number(now - BigInt(at)) / NS_PER_MS);
    this.text = text.slice(whole);
  }

  private ended(): void {
    if (!this.head.startsWith('HTTP/1.1 200')) return fail(new Error(`${this.head}\n\n${this.text}`));
    measured.latencies.push(performance.now() - this.begin);
    this.done();
  }
}

let over = false;

function fail(error: Error): void {
  if (over) return;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

async function main(order: Order): Promise<void> {
  const request = requestOf(order);
  const lines = await Promise.all(
    Array.from({ length: order.connections }, () => lineTo(order.port, request)),
  );
  const send = (seconds: number): Promise<unknown> =>
    order.perSecond === undefined ? closed(lines, seconds) : open(lines, order.perSecond, seconds);
  await send(WARM_UP_SECONDS);
  const warmUp = measured.latencies.length;
  measured.latencies = [];
  measured.tokens = [];
  const began = performance.now();
  await send(order.seconds);
  const seconds = (performance.now() - began) / 1000;
  over = true;
  process.stdout.write(`${JSON.stringify(outcome(seconds, warmUp))}\n`, () => process.exit(0));
}

/** Every connection sends the next request when it has the answer to the last; ends with the last answers. */
function closed(lines: readonly Line[], seconds: number): Promise<unknown> {
  const until = performance.now() + seconds * 1000;
  return Promise.all(
    lines.map(
      (line) =>
        new Promise<void>((resolve) => {
          const next = (): void => {
            const now = performance.now();
            if (now < until) line.send(now, next);
            else resolve();
          };
          next();
        }),
    ),
  );
}

/** Requests are due at a rate and wait for a free connection where there is none; that wait counts. */
function open(lines: readonly Line[], perSecond: number, seconds: number): Promise<unknown> {
  const free = [...lines];
  const began = performance.now();
  const total = Math.floor(perSecond * seconds);
  let sent = 0;
  let answered = 0;
  return new Promise<void>((resolve) => {
    const go = (): void => {
      const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * perSecond));
      for (let line = free.at(-1); line !== undefined && sent < due; line = free.at(-1)) {
        const mine = line;
        free.pop();
        mine.send(began + ((sent + 1) / perSecond) * 1000, () => {
          free.push(mine);
          answered += 1;
          if (answered === total) resolve();
        });
        sent += 1;
      }
      if (sent < total) setTimeout(go, TICK_MS);
    };
    go();
  });
}

function requestOf({ path, headers, body, bytes = 0 }: Order): Buffer {
  const filler = Math.max(0, bytes - body.length - ',"user":""}'.length);
  const whole = `${body}${filler > 0 ? `,"user":"${'x'.repeat(filler)}"` : ''}}`;
  const lines = Object.entries({ ...headers, 'content-length': String(whole.length) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${head}\r\n${whole}`, 'latin1');
}

const lineTo = (port: number, request: Buffer): Promise<Line> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(new Line(socket, request)));
    socket.once('error', reject);
  });

function outcome(seconds: number, warmUp: number): Outcome {
  const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();
  const [latencies, tokens] = [sorted(measured.latencies), sorted(measured.tokens)];
  const at = (values: Float64Array, q: number): number =>
    values.length === 0 ? 0 : rounded(quantile(values, q), 3);
  return {
    requests: latencies.length,
    warmUp,
    perSecond: rounded(latencies.length / seconds, 1),
    p50Ms: at(latencies, 0.5),
    p99Ms: at(latencies, 0.99),
    tokensPerSecond: rounded(tokens.length / seconds, 1),
    tokenP50Ms: at(tokens, 0.5),
    tokenP99Ms: at(tokens, 0.99),
  };
}

main(JSON.parse(process.argv[2] ?? '{}') as Order).catch(fail);
