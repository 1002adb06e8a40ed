import type { TopicState } from './ports';
import { checkTopics } from './topics';

const declared = {
  topics: [
    { name: 'events', cleanup: 'delete', retentionMs: 1000 },
    { name: 'states', cleanup: 'compact', retentionMs: -1 },
  ],
  partitions: 6,
  replication: 3,
} as const;
const topic: TopicState = {
  name: 'events',
  cleanup: 'delete',
  retentionMs: 1000,
  partitions: 6,
  replication: 3,
};
const check = (...states: readonly TopicState[]): Promise<readonly string[]> =>
  checkTopics({ describeTopics: async () => states }, declared);

describe('existing topics compared with their declaration', () => {
  it.each<[string, TopicState[]]>([
    ['do not exist yet', []],
    ['are as declared', [topic]],
    ['have more copies', [{ ...topic, replication: 5 }]],
    ['are of a log without replication', [{ ...topic, replication: undefined }]],
  ])('are accepted when they %s', async (_case, states) => {
    await expect(check(...states)).resolves.toEqual([]);
  });

  it('are accepted with a notice when their retention differs', async () => {
    const longer = check({ ...topic, retentionMs: 5000 });
    await expect(longer).resolves.toEqual(['events has retention.ms=5000; Tessera declares 1000']);
  });

  it.each<[string, TopicState]>([
    ['events has 3 partitions; TESSERA_TOPIC_PARTITIONS is 6', { ...topic, partitions: 3 }],
    ['events has 1 copies; TESSERA_TOPIC_REPLICATION is 3', { ...topic, replication: 1 }],
    ['states has cleanup.policy=delete; it must be compact', { ...topic, name: 'states' }],
  ])('are refused: %s', async (problem, state) => {
    await expect(check(state)).rejects.toThrow(problem);
  });

  it('are refused with all problems in one message', async () => {
    const both = check({ ...topic, partitions: 1 }, { ...topic, name: 'states' });
    await expect(both).rejects.toThrow(/events has 1 partitions.*\n.*states has cleanup/);
  });
});
