import { ConfigResourceTypes, type Admin } from 'kafkajs';
import type { TopicState } from '@tessera/application-messaging';
import type { Topic } from '@tessera/contracts-events';
import { retry } from '@tessera/platform-lifecycle';

const TIMEOUT_MS = 5_000;
/** Attempts to find the leaders of new topics: about ten seconds. */
const CYCLES = 25;
const CLEANUP = 'cleanup.policy';
const RETENTION = 'retention.ms';
const IN_SYNC = 'min.insync.replicas';
const LARGEST = 'max.message.bytes';

/** Settings of new topics. */
export interface NewTopics {
  readonly partitions: number;
  readonly replication: number;
  /** Maximum record size, bytes. */
  readonly recordLimit: number;
}

/** Creates missing topics; other processes may do the same concurrently. */
export async function createTopics(
  admin: Admin,
  topics: readonly Topic[],
  { partitions, replication, recordLimit }: NewTopics,
): Promise<void> {
  const known = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !known.has(name));
  if (missing.length === 0) return;
  await admin.createTopics({
    waitForLeaders: false,
    timeout: TIMEOUT_MS,
    topics: missing.map(({ name, cleanup, retentionMs, headroomBytes = 0 }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: replication,
      configEntries: [
        { name: CLEANUP, value: cleanup },
        { name: RETENTION, value: String(retentionMs) },
        { name: IN_SYNC, value: String(inSyncOf(replication)) },
        { name: LARGEST, value: String(recordLimit + headroomBytes) },
      ],
    })),
  });
  // Brokers learn of a new topic one after the other; the wait of kafkajs fails at the first that does not know it.
  await retry(() => assertLed(admin, missing), { firstMs: 50, maxMs: 500, attempts: CYCLES });
}

/**
 * `min.insync.replicas`: copies of a record before the broker acknowledges it, two if there are three or more. The
 * brokers' default is one: losing that copy while the others are down would lose the record.
 */
const inSyncOf = (replication: number): number => (replication > 2 ? 2 : 1);

async function assertLed(admin: Admin, topics: readonly Topic[]): Promise<void> {
  const found = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
  for (const { name, partitions } of found.topics)
    if (partitions.length === 0 || partitions.some(({ leader }) => leader < 0))
      throw new Error(`topic ${name} has partitions without a leader`);
}

/** Settings of the topics that exist. */
export async function describeTopics(admin: Admin, names: readonly string[]): Promise<readonly TopicState[]> {
  const known = new Set(await admin.listTopics());
  const present = names.filter((name) => known.has(name));
  if (present.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: [...present] });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: present.map((name) => ({
      type: ConfigResourceTypes.TOPIC,
      name,
      configNames: [CLEANUP, RETENTION],
    })),
  });
  return topics.map(({ name, partitions }) => {
    const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
    const setting = (key: string) => entries.find(({ configName }) => configName === key)?.configValue;
    return {
      name,
      partitions: partitions.length,
      replication: partitions[0]?.replicas.length,
      cleanup: setting(CLEANUP)?.includes('compact') ? 'compact' : 'delete',
      retentionMs: Number(setting(RETENTION)),
    };
  });
}
