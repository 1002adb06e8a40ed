import { LostAnswerError } from '../ports';

/** Creations that get no answer: carried out at once, when the spec lets them, or never. */
export type Lost = 'stored' | 'late' | 'never';

/** Answers to creations that a spec makes the fake lose. */
export class LostAnswers {
  private readonly next: Lost[] = [];
  private readonly late: (() => void)[] = [];

  lose(...whether: readonly Lost[]): void {
    this.next.push(...whether);
  }

  /** Carries out a creation, or what becomes of it if its answer is lost. */
  create(store: () => void): void {
    const lost = this.next.shift();
    if (lost === undefined) return store();
    if (lost === 'stored') store();
    if (lost === 'late') this.late.push(store);
    throw new LostAnswerError(new Error('other side closed'));
  }

  /** Late creations are carried out now. */
  carryOut(): void {
    for (const store of this.late.splice(0)) store();
  }
}
