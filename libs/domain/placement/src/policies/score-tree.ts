/**
 * Scores of all nodes for one shape, as a tournament: the best score is read at the root and a changed one costs
 * log₂(nodes) steps. Positions are node ranks; −Infinity is a node that does not fit.
 */
export class ScoreTree {
  private readonly leaves: number;
  private readonly scores: Float32Array;

  constructor(readonly size: number) {
    let leaves = 1;
    while (leaves < size) leaves *= 2;
    this.leaves = leaves;
    this.scores = new Float32Array(2 * leaves).fill(-Infinity);
  }

  get(rank: number): number {
    return this.scores[this.leaves + rank] as number;
  }

  set(rank: number, score: number): void {
    const { scores } = this;
    let at = this.leaves + rank;
    if (scores[at] === score) return;
    scores[at] = score;
    while (at > 1) {
      const other = scores[at ^ 1] as number;
      const own = scores[at] as number;
      at >>= 1;
      const best = own > other ? own : other;
      if (scores[at] === best) return;
      scores[at] = best;
    }
  }

  /** The first rank with the highest score, or −1 where no node fits. */
  best(): number {
    const { scores, leaves } = this;
    const highest = scores[1] as number;
    if (highest === -Infinity) return -1;
    let at = 1;
    while (at < leaves) {
      at *= 2;
      if (scores[at] !== highest) at++;
    }
    return at - leaves;
  }
}
