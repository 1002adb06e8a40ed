import type { ServerResponse } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { answerHead } from './headers';

/** A request as one replica gets it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  /** Read only once a connection stands. */
  readonly body: Readable | undefined;
}

/**
 * How one try ended. `unsent`: no byte left us, the body is untouched. `failed`: the replica may have worked on it, the
 * client has seen nothing. `broken`: the answer was cut off. `left`: the client went away.
 */
export type AttemptEnd =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'unsent' | 'failed' | 'broken'; readonly error: Error }
  | { readonly kind: 'left' };

/**
 * Sends the call over the pool and streams the answer into `response`, both at the pace of the slower side. Never
 * rejects. A client that leaves cancels the call.
 */
export function attempt(pool: Dispatcher, call: Call, response: ServerResponse): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    const relay = new Relay(call.body, response, resolve);
    try {
      pool.dispatch(
        { method: call.method, path: call.path, headers: [...call.headers], body: relay.body },
        relay,
      );
    } catch (error) {
      relay.settle({ kind: 'failed', error: error as Error });
    }
  });
}

/** Writes what comes from the replica to the client. */
class Relay implements Dispatcher.DispatchHandler {
  /** A stream of its own: undici destroys the body of a call that fails, and the client's request must outlive that. */
  readonly body: PassThrough | null;
  private controller: Dispatcher.DispatchController | undefined;
  private clientLeft = false;
  private written = false;
  private readonly onDrain = (): void => this.controller?.resume();
  private readonly onClose = (): void => {
    this.clientLeft = true;
    this.controller?.abort(new Error('the client has left'));
  };

  constructor(
    private readonly source: Readable | undefined,
    private readonly response: ServerResponse,
    private readonly resolve: (end: AttemptEnd) => void,
  ) {
    this.body = source === undefined ? null : new PassThrough();
    // A call that fails destroys it with the error, which is told by `onResponseError` too.
    this.body?.on('error', () => undefined);
    response.on('close', this.onClose);
    response.on('drain', this.onDrain);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const again = this.controller !== undefined;
    this.controller = controller;
    if (this.clientLeft) return controller.abort(new Error('the client has left'));
    if (!again && this.body !== null) this.source?.pipe(this.body);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (isInterim(status) || this.clientLeft) return;
    // What cannot be passed on ends the call: undici takes an exception in here as its failure.
    const head = answerHead(status, controller.rawHeaders as Buffer[]);
    this.response.writeHead(head.status, head.headers);
    // A head without a body yet (a stream of events) goes out now; otherwise both leave in one packet.
    process.nextTick(() => {
      if (!this.written && !this.response.writableEnded && !this.response.destroyed)
        this.response.flushHeaders();
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.written = true;
    if (!this.response.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    const status = this.response.statusCode;
    this.settle({ kind: 'answered', status });
    this.response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.clientLeft) return this.settle({ kind: 'left' });
    if (this.controller === undefined) return this.settle({ kind: 'unsent', error });
    if (!this.response.headersSent) return this.settle({ kind: 'failed', error });
    this.settle({ kind: 'broken', error });
    this.response.destroy();
  }

  settle(end: AttemptEnd): void {
    this.response.off('close', this.onClose);
    this.response.off('drain', this.onDrain);
    if (this.body !== null && end.kind !== 'unsent') {
      // What the replica did not want to read is thrown away, so that the connection can be used again.
      this.source?.unpipe(this.body);
      this.source?.resume();
    }
    this.resolve(end);
  }
}

/** 100, 102 and 103 come before the answer; 101 was not asked for. */
const isInterim = (status: number): boolean => status === 100 || (status > 101 && status < 200);
