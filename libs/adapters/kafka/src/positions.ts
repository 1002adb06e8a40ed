import type { Admin } from 'kafkajs';
import type { GroupPosition, SubscribeOptions } from '@tessera/application-messaging';

/** Position of a group in each topic that it reads. Without a commit it is the first record that still exists. */
export async function positionsOf(
  admin: Admin,
  { group, topics }: Pick<SubscribeOptions, 'group' | 'topics'>,
): Promise<readonly GroupPosition[]> {
  // Commits are read first: records written in between only make the lag of the group look larger, never negative.
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
