import type { Topic } from '@tessera/contracts-events';
import type { EventLog } from './ports';

/** What the settings say of all topics. */
export interface DeclaredTopics {
  readonly topics: readonly Topic[];
  readonly partitions: number;
  /** Copies of each record. */
  readonly replication: number;
}

/**
 * Compares the topics that exist with what is declared, and throws one error that names every difference which breaks a
 * promise: another number of partitions (a key would change its place), another clean-up (history would vanish, or never
 * end), fewer copies. Another retention is somebody's choice and only told. Topics that do not exist are left out. Gives
 * what is different and allowed, a sentence each.
 */
export async function checkTopics(
  log: Pick<EventLog, 'describeTopics'>,
  { topics, partitions, replication }: DeclaredTopics,
): Promise<readonly string[]> {
  const found = await log.describeTopics(topics.map(({ name }) => name));
  const problems = found.flatMap((state) => {
    const cleanup = topics.find(({ name }) => name === state.name)?.cleanup;
    const copies = state.replication ?? replication;
    return [
      ...(state.partitions === partitions
        ? []
        : [`${state.name} has ${state.partitions} partitions, TESSERA_TOPIC_PARTITIONS says ${partitions}`]),
      ...(state.cleanup === cleanup
        ? []
        : [`${state.name} has cleanup.policy=${state.cleanup}, it has to be ${cleanup}`]),
      ...(copies >= replication
        ? []
        : [`${state.name} has ${copies} copies, TESSERA_TOPIC_REPLICATION says ${replication}`]),
    ];
  });
  if (problems.length === 0) return found.flatMap((state) => retentionRemark(state, topics));
  throw new Error(
    `The topics are not as they are declared:\n${problems.map((one) => `  - ${one}`).join('\n')}\n` +
      'Set what they have, or name topics of your own with TESSERA_TOPIC_PREFIX.',
  );
}

function retentionRemark({ name, retentionMs }: Topic, declared: readonly Topic[]): readonly string[] {
  const wanted = declared.find((topic) => topic.name === name)?.retentionMs;
  return wanted === undefined || wanted === retentionMs
    ? []
    : [`${name} has retention.ms=${retentionMs}, declared is ${wanted}`];
}
