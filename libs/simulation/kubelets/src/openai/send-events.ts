import type { ServerResponse } from 'node:http';

interface Pace {
  /** Time to the first part, ms. */
  readonly firstMs: number;
  /** Time between two parts, ms; those of no time are sent together. */
  readonly tokenMs: number;
  /** Called before the last part. */
  readonly finish: () => void;
}

/** Sends the parts of an event stream at a pace; ends with the client. */
export function sendEvents(
  response: ServerResponse,
  parts: readonly string[],
  { firstMs, tokenMs, finish }: Pace,
): void {
  let timer: NodeJS.Timeout | undefined;
  response.once('close', () => clearTimeout(timer));
  const send = (at: number): void => {
    const isAll = tokenMs === 0 || at >= parts.length - 1;
    if (at === 0)
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    if (isAll) {
      finish();
      response.end(parts.slice(at).join(''));
      return;
    }
    response.write(parts[at]);
    timer = setTimeout(send, tokenMs, at + 1);
  };
  timer = setTimeout(send, firstMs, 0);
}
