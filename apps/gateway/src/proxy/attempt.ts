import type { ServerResponse } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Upstream } from '../upstream/upstreams';
import type { ModelRequest } from '../openai/model-request';
import type { Replica } from '../routing/replica';
import type { AnswerTap } from './answer-tap';
import type { Place } from './confinement';
import { brokenOff } from './answers';
import { answerHead, answerTrailers, wantsTrailers } from './headers';
import { answersGrpc, breakOffGrpc } from '../grpc/status';

/** A request as one replica receives it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Port of the pod; absent for that of the model server. */
  readonly port?: number | undefined;
  readonly headers: readonly string[];
  /** To which the response is confined. */
  readonly place: Place;
  /** A stream is read only once the connection is open. */
  readonly body: Buffer | Readable | undefined;
  /** A 503 is not forwarded: another workload is asked instead. */
  readonly yields?: boolean;
  /** What a request to a model endpoint asks for. */
  readonly model?: ModelRequest | undefined;
  /** Aborts, with an error as its reason, where the time of the request is over. */
  readonly over?: AbortSignal | undefined;
  /** Sees the response, and may change it. */
  readonly tap?: AnswerTap | undefined;
  /** Called once after the last attempt, with the replica of that; whether it has answered. */
  readonly onEnd: (replica: Replica, answered: boolean) => void;
}

/**
 * The outcome of one attempt. `unsent`: no byte was sent, the body is untouched. `failed`: the replica may have worked
 * on the request, the client has received nothing. `broken`: the response was cut off. `left`: the client disconnected.
 * `refused`: the replica sent the status of a call that yields, and the client has received nothing.
 */
export type AttemptEnd =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unsent' | 'failed' | 'broken'; readonly error: Error }
  | { readonly kind: 'left' };

/**
 * Sends the call to the replica and streams the response into `response`, both at the pace of the slower side. Never
 * rejects. A client that disconnects cancels the call. `onFirstByte` is called when the head of the response is in.
 */
export function attempt(
  upstream: Upstream,
  call: Call,
  response: ServerResponse,
  onFirstByte: () => void,
): Promise<AttemptEnd> {
  // Its end has been announced already: the relay would wait for a client that reads.
  if (response.destroyed) return Promise.resolve({ kind: 'left' });
  return new Promise((resolve) => {
    const relay = new Relay(call, response, onFirstByte, resolve);
    try {
      upstream.dispatch(
        // It reads them only.
        { method: call.method, path: call.path, headers: call.headers as string[], body: relay.body },
        relay,
      );
    } catch (error) {
      relay.settle({ kind: 'failed', error: error as Error });
    }
  });
}

/** Writes the replica's response to the client. */
class Relay implements Dispatcher.DispatchHandler {
  /** A separate stream: undici destroys the body of a failed call, and the client's request must outlive that. */
  readonly body: PassThrough | Buffer | null;
  private readonly source: Readable | undefined;
  private readonly place: Place;
  private readonly over: AbortSignal | undefined;
  private readonly tap: AnswerTap | undefined;
  private readonly yields: boolean;
  private controller: Dispatcher.DispatchController | undefined;
  private clientLeft = false;
  private written = false;
  private settled = false;
  private readonly onDrain = (): void => this.controller?.resume();
  private readonly onOver = (): void => this.controller?.abort(this.over?.reason as Error);
  private readonly onClose = (): void => {
    this.clientLeft = true;
    this.controller?.abort(new Error('the client has left'));
  };

  constructor(
    call: Pick<Call, 'body' | 'place' | 'over' | 'tap' | 'yields'>,
    private readonly response: ServerResponse,
    private readonly onFirstByte: () => void,
    private readonly resolve: (end: AttemptEnd) => void,
  ) {
    this.place = call.place;
    this.yields = call.yields === true;
    this.over = call.over;
    this.tap = call.tap;
    this.over?.addEventListener('abort', this.onOver);
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
    if (this.clientLeft) return controller.abort(new Error('the client has left'));
    if (this.over?.aborted === true) return this.onOver();
    this.tap?.sent();
    if (!again && this.body instanceof PassThrough) this.source?.pipe(this.body);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (isInterim(status) || this.clientLeft) return;
    if (this.yields && status === 503) {
      this.settle({ kind: 'refused', status });
      return controller.abort(new Error('another workload is asked'));
    }
    // A response that cannot be forwarded ends the call: undici treats an exception in here as its failure.
    const head = answerHead(status, controller.rawHeaders as Buffer[], this.place);
    this.response.writeHead(head.status, this.tap?.head(status, head.headers) ?? head.headers);
    this.onFirstByte();
    // A head without a body yet (an event stream) is flushed now; otherwise both go out in one packet.
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
    const trailers = answerTrailers(controller.rawTrailers as Buffer[] | undefined, this.place);
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
    if (answersGrpc(this.response)) breakOffGrpc(this.response, brokenOff(error));
    else this.response.destroy();
  }

  settle(end: AttemptEnd): void {
    this.settled = true;
    this.response.off('close', this.onClose);
    this.response.off('drain', this.onDrain);
    this.over?.removeEventListener('abort', this.onOver);
    if (this.body instanceof PassThrough && end.kind !== 'unsent') {
      // Drain what the replica did not read, so that the connection can be reused.
      this.source?.unpipe(this.body);
      this.source?.resume();
    }
    this.resolve(end);
  }
}

/** Over HTTP/1.1 only to clients that say so (RFC 9110 §6.5.1). */
const takesTrailers = ({ req }: ServerResponse): boolean =>
  req.httpVersionMajor === 2 || wantsTrailers(req.headers);

/** 100, 102 and 103 precede the response; 101 was not requested. */
const isInterim = (status: number): boolean => status === 100 || (status > 101 && status < 200);
