const MAX_LINES = 500;

/** The last lines that the containers of a pod wrote, with followers. */
export class PodLog {
  private readonly lines: string[] = [];
  private readonly followers = new Set<(line: string) => void>();

  /** Adds a line with a timestamp, as `kubectl logs --timestamps` shows it. */
  add(text: string): void {
    const line = `${new Date().toISOString()} ${text}`;
    this.lines.push(line);
    if (this.lines.length > MAX_LINES) this.lines.shift();
    for (const follower of this.followers) follower(line);
  }

  /** The last lines; all of them without a number. */
  tail(count = MAX_LINES): readonly string[] {
    return count <= 0 ? [] : this.lines.slice(-count);
  }

  follow(follower: (line: string) => void): () => void {
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }
}
