import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

/** Timeouts of a replica, ms. Long prompts take minutes. */
export interface ReplicaTimeouts {
  /** Until the head of the response. */
  readonly firstByteMs: number;
  /** Between two chunks of the response. */
  readonly streamIdleMs: number;
}

/** A replica sent nothing for too long. The codes are those of undici's timeouts. */
export class ReplicaTimeoutError extends Error {
  constructor(readonly code: 'UND_ERR_HEADERS_TIMEOUT' | 'UND_ERR_BODY_TIMEOUT') {
    super('timed out waiting for data from the replica');
  }
}

type Controller = Dispatcher.DispatchController;

/**
 * Ends an exchange with a {@link ReplicaTimeoutError} when its replica has sent nothing for too long. Time counts only
 * while the gateway waits for the replica: not while the client sends, nor while the client does not read. Undici's own
 * timeouts would do the same, but each leaves a timer in a list for up to a second after the request. Such timers
 * survive two young generation collections, which doubled the rate of full collections (docs/guides/gateway-speed.md).
 */
export class TimeoutHandler implements Dispatcher.DispatchHandler {
  private timer: NodeJS.Timeout | undefined;
  private isResponding = false;
  private controller: Controller | undefined;

  constructor(
    private readonly handler: Dispatcher.DispatchHandler,
    private readonly body: Dispatcher.DispatchOptions['body'],
    private readonly timeouts: ReplicaTimeouts,
  ) {}

  onRequestStart(controller: Controller, context: unknown): void {
    this.controller = controller;
    this.startTimer(this.timeouts.firstByteMs);
    if (this.body instanceof Readable)
      for (const progress of ['pause', 'resume', 'end']) this.body.on(progress, () => this.timer?.refresh());
    this.handler.onRequestStart?.(controller, context);
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    statusMessage?: string,
  ): void {
    if (status < 200) this.timer?.refresh();
    else {
      this.isResponding = true;
      this.startTimer(this.timeouts.streamIdleMs);
    }
    this.handler.onResponseStart?.(controller, status, headers, statusMessage);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.timer?.refresh();
    this.handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: Controller, trailers: IncomingHttpHeaders): void {
    clearTimeout(this.timer);
    this.handler.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: Controller, error: Error): void {
    clearTimeout(this.timer);
    this.handler.onResponseError?.(controller, error);
  }

  private startTimer(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onTimeout, ms).unref();
  }

  private readonly onTimeout = (): void => {
    if (this.isClientsTurn()) this.timer?.refresh();
    else
      this.controller?.abort(
        new ReplicaTimeoutError(this.isResponding ? 'UND_ERR_BODY_TIMEOUT' : 'UND_ERR_HEADERS_TIMEOUT'),
      );
  };

  /**
   * Whether the gateway waits for the client: to read the response, or to send the rest of a body that the replica
   * reads.
   */
  private isClientsTurn(): boolean {
    if (this.isResponding) return this.controller?.paused === true;
    return this.body instanceof Readable && !this.body.readableEnded && !this.body.isPaused();
  }
}
