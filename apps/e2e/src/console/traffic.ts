/** Callers of a model, each of which asks again once it has its answer. */
export class Traffic {
  private isOver = false;
  private readonly statuses = new Map<number, number>();
  private readonly calling: Promise<unknown>;

  /** `url` is that of the workload at the gateway. */
  constructor(url: string, callers: number) {
    this.calling = Promise.all(Array.from({ length: callers }, () => this.call(`${url}v1/chat/completions`)));
  }

  /** Answers by status, once the last one is there. */
  async stop(): Promise<ReadonlyMap<number, number>> {
    this.isOver = true;
    await this.calling;
    return this.statuses;
  }

  private async call(url: string): Promise<void> {
    const body = JSON.stringify({
      model: 'chat',
      messages: [{ role: 'user', content: 'Why is the sky blue?' }],
      stream: true,
    });
    const headers = { 'content-type': 'application/json' };
    while (!this.isOver) {
      const response = await fetch(url, { method: 'POST', headers, body });
      await response.arrayBuffer();
      this.statuses.set(response.status, (this.statuses.get(response.status) ?? 0) + 1);
    }
  }
}
