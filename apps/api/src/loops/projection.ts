import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { consumeEvents, inTraceOf, type EventLog, type Subscription } from '@tessera/application-messaging';
import { project, type SubmissionWorld } from '@tessera/application-submission';
import { eventsTopic, workloadsTopic } from '@tessera/contracts-events';
import { realPacing } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { spans } from '@tessera/platform-telemetry';

export interface ProjectionParts {
  readonly world: Pick<SubmissionWorld, 'store' | 'newId' | 'topicPrefix'>;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly onProjected?: (records: number) => void;
}

/** Keeps what the API shows in step with the facts of all clusters. A tombstone tells nothing that `deleted` did not. */
export function startProjection({ world, log, logger, onProjected }: ProjectionParts): Promise<Subscription> {
  return consumeEvents({
    log,
    group: `${world.topicPrefix}-api`,
    topics: [eventsTopic(world.topicPrefix), workloadsTopic(world.topicPrefix)],
    handle: async (decoded, record) => {
      if (decoded.kind === 'event')
        await inTraceOf(record, 'project', spans, () => project(world, decoded.event));
    },
    isUnavailable: isDatabaseUnavailable,
    pacing: realPacing,
    onDeadLetter: ({ topic, partition, offset }, err) =>
      logger.error({ err, topic, partition, offset }, 'an unreadable record went to the dead-letter topic'),
    ...(onProjected === undefined ? {} : { onHandled: onProjected }),
  });
}
