import type { ServerResponse } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Upstream } from '../upstream/upstreams';
import type { ModelRequest } from '../openai/model-request';
import type { Replica } from '../routing/replica';
import type { AnswerTap } from './answer-tap';
import type { Mount } from './confinement';
import { incompleteResponse } from './answers';
import { answerHead, answerTrailers, wantsTrailers } from './headers';
import { answersGrpc, abortGrpc } from '../grpc/status';

/** A request as one replica receives it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Port of the pod; absent for that of the model server. */
  readonly port?: number | undefined;
  readonly headers: readonly string[];
  /** The part of the URL space that the response may affect. */
  readonly mount: Mount;
  /** A stream is read only once the connection is open. */
  readonly body: Buffer | Readable | undefined;
  /** A 503 is not forwarded, because a fallback workload gets the request. */
  readonly hasFallback?: boolean;
  /** The request to a model endpoint, as far as its body was read. */
  readonly model?: ModelRequest | undefined;
  /** Aborts, with an error as its reason, when the deadline of the request has passed. */
  readonly deadlineSignal?: AbortSignal | undefined;
  /** Observes the response, and may change it. */
  readonly tap?: AnswerTap | undefined;
  /** Called once after the last attempt with its replica and whether that responded. */
  readonly onEnd: (replica: Replica, answered: boolean) => void;
}

/**
 * The outcome of one attempt. `unsent`: no byte was sent, the body is untouched. `failed`: the replica may have
 * processed the request, the client has received nothing. `broken`: the response was cut off. `left`: the client
 * disconnected. `refused`: the replica responded with 503 to a call with a fallback, and the client has received
 * nothing.
 */
export type AttemptEnd =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unsent' | 'failed' | 'broken'; readonly error: Error }
  | { readonly kind: 'left' };

/**
 * Sends the call to the replica and streams its response into `response`, with backpressure in both directions. Never
 * rejects. A client that disconnects cancels the call. `onFirstByte` is called when the head of the response has
 * arrived.
 */
export function attempt(
  upstream: Upstream,
  call: Call,
  response: ServerResponse,
  onFirstByte: () => void,
): Promise<AttemptEnd> {
  // A closed response emits no further events, so the forwarder would wait for `drain` for ever.
  if (response.destroyed) return Promise.resolve({ kind: 'left' });
  return new Promise((resolve) => {
    const forwarder = new ResponseForwarder(call, response, onFirstByte, resolve);
    try {
      upstream.dispatch(
        // undici does not change the headers.
        { method: call.method, path: call.path, headers: call.headers as string[], body: forwarder.body },
        forwarder,
      );
    } catch (error) {
      forwarder.settle({ kind: 'failed', error: error as Error });
    }
  });
}

/** Forwards the replica's response to the client. */
class ResponseForwarder implements Dispatcher.DispatchHandler {
  /** A separate stream: undici destroys the body of a failed call, and the client's request must not be destroyed. */
  readonly body: PassThrough | Buffer | null;
  private readonly source: Readable | undefined;
  private readonly mount: Mount;
  private readonly deadlineSignal: AbortSignal | undefined;
  private readonly tap: AnswerTap | undefined;
  private readonly hasFallback: boolean;
  private controller: Dispatcher.DispatchController | undefined;
  private clientLeft = false;
  private written = false;
  private settled = false;
  private readonly onDrain = (): void => this.controller?.resume();
  private readonly onDeadline = (): void => this.controller?.abort(this.deadlineSignal?.reason as Error);
  private readonly onClose = (): void => {
    this.clientLeft = true;
    this.controller?.abort(new Error('the client has disconnected'));
  };

  constructor(
    call: Pick<Call, 'body' | 'mount' | 'deadlineSignal' | 'tap' | 'hasFallback'>,
    private readonly response: ServerResponse,
    private readonly onFirstByte: () => void,
    private readonly resolve: (end: AttemptEnd) => void,
  ) {
    this.mount = call.mount;
    this.hasFallback = call.hasFallback === true;
    this.deadlineSignal = call.deadlineSignal;
    this.tap = call.tap;
    this.deadlineSignal?.addEventListener('abort', this.onDeadline);
    if (call.body === undefined || Buffer.isBuffer(call.body)) this.body = call.body ?? null;
    else {
      this.source = call.body;
      // A failed call destroys it with the error, which `onResponseError` reports as well.
      this.body = new PassThrough().on('error', () => undefined);
    }
    response.on('close', this.onClose);
    response.on('drain', this.onDrain);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const again = this.controller !== undefined;
    this.controller = controller;
    if (this.clientLeft) return controller.abort(new Error('the client has disconnected'));
    if (this.deadlineSignal?.aborted === true) return this.onDeadline();
    this.tap?.sent();
    if (!again && this.body instanceof PassThrough) this.source?.pipe(this.body);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (isInterim(status) || this.clientLeft) return;
    if (this.hasFallback && status === 503) {
      this.settle({ kind: 'refused', status });
      return controller.abort(new Error('the request goes to a fallback workload'));
    }
    // An invalid response throws here, which undici reports to `onResponseError`.
    const head = answerHead(status, controller.rawHeaders as Buffer[], this.mount);
    this.response.writeHead(head.status, this.tap?.head(status, head.headers) ?? head.headers);
    this.onFirstByte();
    // Flush the head on the next tick unless a body has followed (an event stream); otherwise both go out in one
    // packet.
    process.nextTick(() => {
      if (!this.written && !this.response.writableEnded && !this.response.destroyed)
        this.response.flushHeaders();
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const sent = this.tap === undefined ? chunk : this.tap.data(chunk);
    if (sent === undefined) return;
    this.written = true;
    if (!this.response.write(sent)) controller.pause();
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    const status = this.response.statusCode;
    const rest = this.tap?.end();
    const trailers = answerTrailers(controller.rawTrailers as Buffer[] | undefined, this.mount);
    if (trailers !== undefined && takesTrailers(this.response)) this.response.addTrailers(trailers);
    this.settle({ kind: 'answered', status });
    this.response.end(rest);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.settled) return;
    if (this.clientLeft) return this.settle({ kind: 'left' });
    if (this.controller === undefined) return this.settle({ kind: 'unsent', error });
    if (!this.response.headersSent) return this.settle({ kind: 'failed', error });
    this.settle({ kind: 'broken', error });
    if (answersGrpc(this.response)) abortGrpc(this.response, incompleteResponse(error));
    else this.response.destroy();
  }

  settle(end: AttemptEnd): void {
    this.settled = true;
    this.response.off('close', this.onClose);
    this.response.off('drain', this.onDrain);
    this.deadlineSignal?.removeEventListener('abort', this.onDeadline);
    if (this.body instanceof PassThrough && end.kind !== 'unsent') {
      // Drain what the replica did not read, so that the connection can be reused.
      this.source?.unpipe(this.body);
      this.source?.resume();
    }
    this.resolve(end);
  }
}

/** Over HTTP/1.1, only clients that announce it read trailers (RFC 9110 §6.5.1). */
const takesTrailers = ({ req }: ServerResponse): boolean =>
  req.httpVersionMajor === 2 || wantsTrailers(req.headers);

/** 100, 102 and 103 precede the final response; 101 was not requested, so it is treated as an invalid one. */
const isInterim = (status: number): boolean => status === 100 || (status > 101 && status < 200);
