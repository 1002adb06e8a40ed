import type { EventLog, IncomingRecord, OutgoingRecord, Subscription } from '@tessera/application-messaging';
import { project, type SubmissionWorld } from '@tessera/application-submission';
import {
  deadLetterTopic,
  decodeEvent,
  eventsTopic,
  InvalidEventError,
  workloadsTopic,
  type Decoded,
} from '@tessera/contracts-events';
import type { Logger } from '@tessera/platform-logging';

export interface ProjectionParts {
  readonly world: Pick<SubmissionWorld, 'store' | 'newId' | 'topicPrefix'>;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly onProjected?: (records: number) => void;
}

/**
 * Keeps what the API shows in step with the facts of all clusters. A record that nobody can read goes to the dead-letter
 * topic; anything else that fails is tried again.
 */
export async function startProjection(parts: ProjectionParts): Promise<Subscription> {
  const { world, log } = parts;
  const topics = [eventsTopic(world.topicPrefix), workloadsTopic(world.topicPrefix)];
  await log.ensureTopics([...topics, ...topics.map(({ name }) => deadLetterTopic(name))]);
  return log.subscribe({
    group: `${world.topicPrefix}-api`,
    topics: topics.map(({ name }) => name),
    handle: async (batch, { heartbeat, signal }) => {
      for (const record of batch) {
        if (signal.aborted) throw new Error('the subscription stops; the rest of the batch comes again');
        await applyRecord(parts, record);
        await heartbeat();
      }
      parts.onProjected?.(batch.length);
    },
  });
}

async function applyRecord(parts: ProjectionParts, record: IncomingRecord): Promise<void> {
  let decoded: Decoded;
  try {
    decoded = decodeEvent(record);
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error;
    const { topic, partition, offset } = record;
    parts.logger.error(
      { err: error, topic, partition, offset },
      'an unreadable record goes to the dead-letter topic',
    );
    await parts.log.publish([deadLetter(record, error)]);
    return;
  }
  if (decoded.kind === 'event') await project(parts.world, decoded.event);
}

const deadLetter = ({ key, headers, value, topic }: IncomingRecord, error: Error): OutgoingRecord => ({
  topic: deadLetterTopic(topic).name,
  key,
  headers: { ...headers, 'x-error': error.message.slice(0, 500) },
  value,
});
