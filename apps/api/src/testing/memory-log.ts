import { setImmediate } from 'node:timers/promises';
import {
  DEFAULT_RECORD_LIMIT,
  PublishError,
  recordSize,
  type EventLog,
  type GroupPosition,
  type IncomingRecord,
  type OutgoingRecord,
  type SubscribeOptions,
  type Subscription,
  type TopicState,
} from '@tessera/application-messaging';
import type { Topic } from '@tessera/contracts-events';

interface Member {
  readonly options: SubscribeOptions;
  readonly stopping: AbortController;
}

interface Group {
  readonly members: Member[];
  /** Number of handled records by partition. */
  readonly committed: Map<string, number>;
  /** Batches in flight by partition. */
  readonly busy: Map<string, { readonly member: Member; readonly ended: Promise<void> }>;
}

/** A working event log in memory; it passes the contract suite of event logs. */
export class MemoryLog implements EventLog {
  /** All records in the order of their publication. */
  readonly records: OutgoingRecord[] = [];
  private readonly topics = new Map<string, TopicState>();
  private readonly partitions = new Map<string, IncomingRecord[]>();
  private readonly groups = new Map<string, Group>();

  /** With one partition per topic, records of different keys keep their order too. */
  constructor(private readonly partitionCount = 1) {}

  async ensureTopics(topics: readonly Topic[]): Promise<void> {
    for (const topic of topics)
      if (!this.topics.has(topic.name))
        this.topics.set(topic.name, { ...topic, partitions: this.partitionCount, replication: undefined });
  }

  async describeTopics(names: readonly string[]): Promise<readonly TopicState[]> {
    return names.flatMap((name) => this.topics.get(name) ?? []);
  }

  async topicNames(): Promise<readonly string[]> {
    return [...this.topics.keys()];
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    const unknown = records.find(({ topic }) => !this.topics.has(topic));
    if (unknown !== undefined) throw new Error(`there is no topic ${unknown.topic}`);
    const outcomes = records.map((record) =>
      recordSize(record) > DEFAULT_RECORD_LIMIT ? ('too-large' as const) : ('stored' as const),
    );
    records.filter((_record, index) => outcomes[index] === 'stored').forEach((record) => this.store(record));
    this.deliver();
    if (outcomes.includes('too-large')) throw PublishError.tooLarge(outcomes, DEFAULT_RECORD_LIMIT);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const group: Group = this.groups.get(options.group) ?? {
      members: [],
      committed: new Map(),
      busy: new Map(),
    };
    this.groups.set(options.group, group);
    const member = { options, stopping: new AbortController() };
    group.members.push(member);
    this.deliver();
    return { stop: () => this.stop(group, member) };
  }

  async positions(): Promise<readonly GroupPosition[]> {
    return [...this.groups].flatMap(([group, { members, committed }]) =>
      [...new Set(members.flatMap(({ options }) => options.topics))].map((topic) => {
        const of = (count: (partition: string) => number | undefined): number =>
          this.partitionsOf(topic).reduce((sum, partition) => sum + (count(partition) ?? 0), 0);
        const written = of((partition) => this.partitions.get(partition)?.length);
        return { group, topic, written, handled: of((partition) => committed.get(partition)) };
      }),
    );
  }

  async read(topics: readonly string[], each: (record: IncomingRecord) => void): Promise<void> {
    for (const topic of topics)
      for (const partition of this.partitionsOf(topic)) this.partitions.get(partition)?.forEach(each);
  }

  /** The members of the group vanish without a commit, as a process does that is killed. */
  kill(group: string): void {
    const { members, busy } = this.groups.get(group) ?? {};
    members?.splice(0);
    busy?.clear();
  }

  /** Resolves when everything published so far was handled. */
  async settled(): Promise<void> {
    for (;;) {
      const running = [...this.groups.values()].flatMap(({ busy }) => [...busy.values()]);
      if (running.length === 0) return;
      await Promise.all(running.map(({ ended }) => ended));
    }
  }

  stuck(): undefined {
    return undefined;
  }

  async unavailable(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    await this.settled();
    this.groups.clear();
  }

  private store(record: OutgoingRecord): void {
    const partition = this.partitionsOf(record.topic)[this.partitionOf(record.key)] ?? '';
    const stored = this.partitions.get(partition) ?? [];
    this.partitions.set(partition, stored);
    stored.push({
      ...record,
      partition: this.partitionOf(record.key),
      offset: String(stored.length),
      timestamp: 0,
    });
    this.records.push(record);
  }

  /** Begins a batch at each partition with records that its group has not handled, unless one is in flight there. */
  private deliver(): void {
    for (const group of this.groups.values())
      for (const topic of new Set(group.members.flatMap(({ options }) => options.topics)))
        for (const [index, partition] of this.partitionsOf(topic).entries()) {
          const members = group.members.filter(({ options }) => options.topics.includes(topic));
          const member = members[index % members.length];
          const batch = (this.partitions.get(partition) ?? []).slice(group.committed.get(partition) ?? 0);
          if (member === undefined || batch.length === 0 || group.busy.has(partition)) continue;
          const ended = this.handle(group, member, partition, batch);
          group.busy.set(partition, { member, ended });
        }
  }

  private async handle(
    group: Group,
    member: Member,
    partition: string,
    batch: readonly IncomingRecord[],
  ): Promise<void> {
    // The caller registers the batch first.
    await setImmediate();
    try {
      await member.options.handle(batch, { signal: member.stopping.signal });
      if (group.busy.get(partition)?.member === member)
        group.committed.set(partition, (group.committed.get(partition) ?? 0) + batch.length);
    } catch {
      // Delivered again, to whoever has the partition then.
    }
    if (group.busy.get(partition)?.member === member) group.busy.delete(partition);
    this.deliver();
  }

  private async stop(group: Group, member: Member): Promise<void> {
    const index = group.members.indexOf(member);
    if (index >= 0) group.members.splice(index, 1);
    member.stopping.abort();
    const own = [...group.busy.values()].filter((batch) => batch.member === member);
    await Promise.all(own.map(({ ended }) => ended));
  }

  private partitionsOf(topic: string): readonly string[] {
    return Array.from({ length: this.partitionCount }, (_unused, index) => `${topic}/${index}`);
  }

  /** Records of one key share a partition. */
  private partitionOf(key: string): number {
    return (
      [...key].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % this.partitionCount
    );
  }
}
