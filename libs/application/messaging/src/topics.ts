import type { Topic } from '@tessera/contracts-events';
import type { EventLog } from './ports';

/** Settings that apply to all topics. */
export interface DeclaredTopics {
  readonly topics: readonly Topic[];
  readonly partitions: number;
  /** Copies of each record. */
  readonly replication: number;
}

/**
 * Compares existing topics with their declaration and throws one error that lists every difference that breaks a
 * guarantee: another number of partitions (keys would move), another cleanup policy (history would vanish, or never
 * end), fewer copies. A different retention is allowed and only reported. Missing topics are skipped. Returns the
 * allowed differences, one sentence each.
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
        : [`${state.name} has ${state.partitions} partitions; TESSERA_TOPIC_PARTITIONS is ${partitions}`]),
      ...(state.cleanup === cleanup
        ? []
        : [`${state.name} has cleanup.policy=${state.cleanup}; it must be ${cleanup}`]),
      ...(copies >= replication
        ? []
        : [`${state.name} has ${copies} copies; TESSERA_TOPIC_REPLICATION is ${replication}`]),
    ];
  });
  if (problems.length === 0) return found.flatMap((state) => retentionRemark(state, topics));
  throw new Error(
    `Existing topics differ from the settings:\n${problems.map((one) => `  - ${one}`).join('\n')}\n` +
      'Change the settings to match the topics, or choose other topics with TESSERA_TOPIC_PREFIX.',
  );
}

function retentionRemark({ name, retentionMs }: Topic, declared: readonly Topic[]): readonly string[] {
  const wanted = declared.find((topic) => topic.name === name)?.retentionMs;
  return wanted === undefined || wanted === retentionMs
    ? []
    : [`${name} has retention.ms=${retentionMs}; Tessera declares ${wanted}`];
}
