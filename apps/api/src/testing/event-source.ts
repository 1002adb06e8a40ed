import { get, type IncomingMessage } from 'node:http';
import type { Json } from './api-under-test';

/** An event as a client of a stream receives it. */
export interface Seen {
  readonly id: string;
  readonly type: string;
  readonly data: Json;
}

/** Parses server-sent events by the HTML standard, as far as the API uses it. */
export class EventSourceUnderTest {
  readonly seen: Seen[] = [];
  readonly comments: string[] = [];
  lastEventId = '';
  ended = false;
  /** Why the stream failed, where it did not end in order. */
  broken: Error | undefined;
  private closed = false;

  private constructor(readonly response: IncomingMessage) {
    void this.read();
  }

  /** Resolves with the headers of the response. The connection is closed with the stream. */
  static open(
    url: string,
    token: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EventSourceUnderTest> {
    return new Promise((resolve, reject) => {
      const all = { authorization: `Bearer ${token}`, ...headers };
      const answered = (response: IncomingMessage): void => resolve(new EventSourceUnderTest(response));
      get(url, { agent: false, headers: all }, answered).on('error', reject);
    });
  }

  close(): void {
    this.closed = true;
    this.response.destroy();
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const part of this.response as AsyncIterable<Buffer>) {
        rest += decoder.decode(part, { stream: true });
        const blocks = rest.split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) this.take(block);
      }
    } catch (error) {
      if (!this.closed) this.broken = error as Error;
    }
    this.ended = true;
  }

  private take(block: string): void {
    const fields: Record<string, string> = {};
    for (const line of block.split('\n'))
      if (line.startsWith(':')) this.comments.push(line.slice(1).trim());
      else fields[line.slice(0, line.indexOf(':'))] = line.slice(line.indexOf(':') + 1).trimStart();
    const { id, event: type = 'message', data } = fields;
    if (id !== undefined) this.lastEventId = id;
    if (data !== undefined) this.seen.push({ id: this.lastEventId, type, data: JSON.parse(data) });
  }
}
