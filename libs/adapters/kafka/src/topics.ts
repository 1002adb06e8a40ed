import { ConfigResourceTypes, type Admin } from 'kafkajs';
import type { TopicState } from '@tessera/application-messaging';
import type { Topic } from '@tessera/contracts-events';

const TIMEOUT_MS = 5_000;
const CLEANUP = 'cleanup.policy';
const RETENTION = 'retention.ms';

/** Creates the topics that do not exist; somebody else may do the same at the same time. */
export async function createTopics(
  admin: Admin,
  topics: readonly Topic[],
  { partitions, replication }: { readonly partitions: number; readonly replication: number },
): Promise<void> {
  const known = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !known.has(name));
  if (missing.length === 0) return;
  await admin.createTopics({
    waitForLeaders: true,
    timeout: TIMEOUT_MS,
    topics: missing.map(({ name, cleanup, retentionMs }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: replication,
      configEntries: [
        { name: CLEANUP, value: cleanup },
        { name: RETENTION, value: String(retentionMs) },
      ],
    })),
  });
}

/** Settings of those of the topics that exist. */
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
