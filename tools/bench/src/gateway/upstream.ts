import { createServer, type Socket } from 'node:net';
import { MessageReader } from './message-reader';

/** Token counts of every answer: as a small model would report them. */
const USAGE = '"usage":{"prompt_tokens":21,"completion_tokens":200,"total_tokens":221}';
const SMALL = `{"id":"chatcmpl-bench","object":"chat.completion","created":1750000000,"model":"chat","choices":[{"index":0,"message":{"role":"assistant","content":"The answer is that a proxy should cost as little as it can, and that whatever it costs has to be measured."},"logprobs":null,"finish_reason":"stop"}],${USAGE}}`;
const SMALL_ANSWER = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${SMALL.length}\r\n\r\n${SMALL}`;
const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n';
const STANDARD_TOKENS = 200;
/** What the beginning of a body may hold of what is asked, bytes. */
const MOST_ASKED = 2_048;
/** Bytes that are written at once while a client that reads slowly is waited for. */
const MOST_BUFFERED = 65_536;

/** A model server that costs next to nothing: what is asked for stands at the begin of the body. */
class Connection {
  private asked = '';

  constructor(private readonly socket: Socket) {
    const reader = new MessageReader({
      head: () => (this.asked = ''),
      body: (chunk) => {
        if (this.asked === '') this.asked = chunk.toString('latin1', 0, MOST_ASKED);
      },
      end: () => this.answer(this.asked),
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk) => reader.push(chunk));
    socket.on('error', () => socket.destroy());
  }

  private answer(asked: string): void {
    if (!asked.includes('"stream":true')) return void this.socket.write(SMALL_ANSWER);
    const everyMs = Number(/"seed":(\d+)/.exec(asked)?.[1] ?? 0);
    const tokens = Number(/"max_tokens":(\d+)/.exec(asked)?.[1] ?? STANDARD_TOKENS);
    this.socket.write(STREAM_HEAD);
    const usage = asked.includes('"include_usage":true');
    const next = (left: number): void => {
      if (this.socket.destroyed) return;
      if (left === 0) return this.endStream(usage);
      this.socket.write(chunked(token()));
      const go = (): void => next(left - 1);
      if (everyMs > 0) setTimeout(go, everyMs);
      else if (this.socket.writableLength > MOST_BUFFERED) this.socket.once('drain', go);
      else setImmediate(go);
    };
    next(tokens);
  }

  private endStream(usage: boolean): void {
    const last = usage ? chunked(event(`"choices":[],${USAGE}`)) : '';
    this.socket.write(`${last}${chunked('data: [DONE]\n\n')}0\r\n\r\n`);
  }
}

const event = (rest: string): string =>
  `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1750000000,"model":"chat",${rest}}\n\n`;

/** Its content is the time at which it is sent, ns on the monotonic clock of the machine. */
const token = (): string =>
  event(
    `"choices":[{"index":0,"delta":{"content":"${process.hrtime.bigint()}"},"logprobs":null,"finish_reason":null}]`,
  );

const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

const server = createServer((socket) => new Connection(socket));
process.once('SIGTERM', () => process.exit(0));
server.listen(Number(process.argv[2]), '127.0.0.1');
