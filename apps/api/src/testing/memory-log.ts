import type {
  EventLog,
  IncomingRecord,
  OutgoingRecord,
  SubscribeOptions,
  Subscription,
  TopicState,
} from '@tessera/application-messaging';
import type { Topic } from '@tessera/contracts-events';

/** A working event log in memory: one partition per topic, groups that start at the beginning, one batch at a time. */
export class MemoryLog implements EventLog {
  readonly records: OutgoingRecord[] = [];
  private readonly topics = new Map<string, TopicState>();
  private readonly groups: { options: SubscribeOptions; at: number; busy: Promise<void> }[] = [];

  async ensureTopics(topics: readonly Topic[]): Promise<void> {
    for (const topic of topics)
      this.topics.set(topic.name, { ...topic, partitions: 1, replication: undefined });
  }

  async describeTopics(names: readonly string[]): Promise<readonly TopicState[]> {
    return names.flatMap((name) => this.topics.get(name) ?? []);
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

  async topicNames(): Promise<readonly string[]> {
    return [...this.topics.keys()];
  }

  async read(topics: readonly string[], each: (record: IncomingRecord) => void): Promise<void> {
    this.records.forEach((record, index) => {
      if (topics.includes(record.topic))
        each({ ...record, partition: 0, offset: String(index), timestamp: 0 });
    });
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
