/** An answer is read again no sooner than after so many times the time that reading it took. */
const PATIENCE = 10;

/** Keeps large answers from being read all the time: what takes long is read more rarely. Times in ms. */
export class Pace {
  private readonly started = new Map<string, number>();
  private readonly nextAt = new Map<string, number>();

  starts(key: string, now: number): void {
    this.started.set(key, now);
  }

  /** Reading has ended, well or not. */
  ends(key: string, now: number): void {
    const began = this.started.get(key);
    if (began !== undefined) this.nextAt.set(key, now + PATIENCE * (now - began));
    this.started.delete(key);
  }

  /** Nobody shows it any more. */
  forgets(key: string): void {
    this.started.delete(key);
    this.nextAt.delete(key);
  }

  /** True where it may be read again. */
  isDue(key: string, now: number): boolean {
    return now >= (this.nextAt.get(key) ?? 0);
  }
}
