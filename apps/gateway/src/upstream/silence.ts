import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

/** Longest silence of a replica, ms. Long prompts take minutes. */
export interface Silence {
  /** Before the head of its response. */
  readonly firstByteMs: number;
  /** Between two parts of its response. */
  readonly streamIdleMs: number;
}

/** The codes are those of undici for the same. */
export class SilentReplica extends Error {
  constructor(readonly code: 'UND_ERR_HEADERS_TIMEOUT' | 'UND_ERR_BODY_TIMEOUT') {
    super('the replica was silent for too long');
  }
}

type Controller = Dispatcher.DispatchController;

/**
 * Ends an exchange with a {@link SilentReplica} once its replica has been silent for too long. Time counts while it is
 * the replica's turn: not while the client sends, nor while the client does not read. The limits of undici would do the
 * same, but each leaves a timer in its list for up to a second after the request; these outlive two collections of the
 * young generation, so that the gateway's old one was full twice as often (docs/guides/gateway-speed.md).
 */
export class ListeningHandler implements Dispatcher.DispatchHandler {
  private timer: NodeJS.Timeout | undefined;
  private answers = false;
  private controller: Controller | undefined;

  constructor(
    private readonly handler: Dispatcher.DispatchHandler,
    private readonly body: Dispatcher.DispatchOptions['body'],
    private readonly silence: Silence,
  ) {}

  onRequestStart(controller: Controller, context: unknown): void {
    this.controller = controller;
    this.listen(this.silence.firstByteMs);
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
      this.answers = true;
      this.listen(this.silence.streamIdleMs);
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

  private listen(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.heardNothing, ms).unref();
  }

  private readonly heardNothing = (): void => {
    if (this.isOthersTurn()) this.timer?.refresh();
    else
      this.controller?.abort(
        new SilentReplica(this.answers ? 'UND_ERR_BODY_TIMEOUT' : 'UND_ERR_HEADERS_TIMEOUT'),
      );
  };

  /** A client that does not read holds the response up; one that still sends, the request, unless the replica does. */
  private isOthersTurn(): boolean {
    if (this.answers) return this.controller?.paused === true;
    return this.body instanceof Readable && !this.body.readableEnded && !this.body.isPaused();
  }
}
