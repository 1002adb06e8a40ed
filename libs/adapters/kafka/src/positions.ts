import type { Admin } from 'kafkajs';
import type { GroupPosition, SubscribeOptions } from '@tessera/application-messaging';

/** Where a group is in the topics that it reads. Without a commit it is at the first record that is still there. */
export async function positionsOf(
  admin: Admin,
  { group, topics }: Pick<SubscribeOptions, 'group' | 'topics'>,
): Promise<readonly GroupPosition[]> {
  // Commits first: what is written in between only makes the group look further behind, never ahead of its topic.
  const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
  return Promise.all(
    topics.map(async (topic) => {
      const offsets = committed.find((one) => one.topic === topic)?.partitions ?? [];
      let written = 0;
      let handled = 0;
      for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
        const at = Number(offsets.find((one) => one.partition === partition)?.offset ?? -1);
        written += Number(high);
        // Records that retention removed before they were read will never be handled.
        handled += Math.max(at, Number(low));
      }
      return { group, topic, written, handled };
    }),
  );
}
