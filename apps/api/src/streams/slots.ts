import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

/** Retry-After for a client with too many streams, s. */
const RETRY_AFTER = '10';

/** Open streams of each subject in this process. */
export class StreamSlots {
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly perSubject: number,
    /** What is counted, for the error message. */
    private readonly counted: string,
  ) {}

  /** Takes a slot; returns the function that releases it. Throws 429 when the subject has too many. */
  take(subjectId: string): () => void {
    const open = this.counts.get(subjectId) ?? 0;
    if (open >= this.perSubject)
      throw new HttpError(429, ERRORS[429].message, `at most ${this.perSubject} ${this.counted} at once`, {
        'retry-after': RETRY_AFTER,
      });
    this.counts.set(subjectId, open + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (this.counts.get(subjectId) ?? 1) - 1;
      if (left > 0) this.counts.set(subjectId, left);
      else this.counts.delete(subjectId);
    };
  }
}
