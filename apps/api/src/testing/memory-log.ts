import type {
  EventLog,
  IncomingRecord,
  OutgoingRecord,
  SubscribeOptions,
  Subscription,
} from '@tessera/application-messaging';

/** A working event log in memory: one partition per topic, groups that start at the beginning, a batch at a time. */
export class MemoryLog implements EventLog {
  readonly records: OutgoingRecord[] = [];
  private readonly groups: { options: SubscribeOptions; at: number; busy: Promise<void> }[] = [];

  async ensureTopics(): Promise<void> {
    // Every topic is there.
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    this.records.push(...records);
    for (const group of this.groups) this.deliver(group);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const group = { options, at: 0, busy: Promise.resolve() };
    this.groups.push(group);
    this.deliver(group);
    return { stop: async () => void this.groups.splice(this.groups.indexOf(group), 1) };
  }

  /** Resolves when everything published so far was handled. */
  async settled(): Promise<void> {
    await Promise.all(this.groups.map(({ busy }) => busy));
  }

  async unavailable(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    await this.settled();
  }

  private deliver(group: { options: SubscribeOptions; at: number; busy: Promise<void> }): void {
    group.busy = group.busy.then(async () => {
      const batch = this.records.slice(group.at).map((record, index): IncomingRecord => ({
        ...record,
        partition: 0,
        offset: String(group.at + index),
        timestamp: 0,
      }));
      group.at = this.records.length;
      const wanted = batch.filter(({ topic }) => group.options.topics.includes(topic));
      const context = { heartbeat: async () => undefined, signal: new AbortController().signal };
      if (wanted.length > 0) await group.options.handle(wanted, context);
    });
  }
}
