import { Readable } from 'node:stream';

/**
 * A stream of chunks, and then of what follows them in another stream, at the pace of its reader. The other stream is not
 * touched before the chunks have been read, and outlives this one.
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
      // A reader that has left must not keep the rest from being drained.
      if (!this.destroyed && !this.push(chunk)) this.rest.pause();
    });
    this.rest.once('end', () => this.push(null));
    this.rest.once('close', () => {
      if (!this.rest.readableEnded) this.destroy(new Error('the body was cut off'));
    });
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (this.joined) this.rest.resume();
    callback(error);
  }
}
