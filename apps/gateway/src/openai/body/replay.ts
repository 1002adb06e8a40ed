import { Readable } from 'node:stream';

/**
 * A stream of chunks followed by the rest of another stream, with backpressure. The other stream is not read before the
 * chunks were, and is not destroyed with this one.
 */
export class Replay extends Readable {
  private next = 0;
  private joined = false;

  constructor(
    private readonly chunks: readonly Buffer[],
    private readonly rest: Readable,
  ) {
    super();
  }

  override _read(): void {
    while (this.next < this.chunks.length) {
      const chunk = this.chunks[this.next];
      this.next += 1;
      if (!this.push(chunk)) return;
    }
    if (!this.joined) this.join();
    this.rest.resume();
  }

  private join(): void {
    this.joined = true;
    this.rest.on('data', (chunk: Buffer) => {
      // Where this stream was destroyed, the rest is drained.
      if (!this.destroyed && !this.push(chunk)) this.rest.pause();
    });
    this.rest.once('end', () => this.push(null));
    this.rest.once('close', () => {
      if (!this.rest.readableEnded) this.destroy(new Error('the request body was cut off'));
    });
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (this.joined) this.rest.resume();
    callback(error);
  }
}
