import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { consumeEvents, inTraceOf, type EventLog, type Subscription } from '@tessera/application-messaging';
import { project, type ControlPlaneDependencies } from '@tessera/application-control-plane';
import { eventsTopic, workloadsTopic } from '@tessera/contracts-events';
import { realPacing } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { spans } from '@tessera/platform-telemetry';
import type { ApiMetrics } from '../platform/metrics';

export interface ProjectionDependencies {
  readonly controlPlane: Pick<ControlPlaneDependencies, 'store' | 'newId' | 'topicPrefix'>;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly metrics: Pick<ApiMetrics, 'projected' | 'deadLetters'>;
}

/** Projects the events of all clusters into what the API shows. A tombstone adds nothing to `deleted`. */
export function startProjection({
  controlPlane: controlPlane,
  log,
  logger,
  metrics,
}: ProjectionDependencies): Promise<Subscription> {
  return consumeEvents({
    log,
    group: `${controlPlane.topicPrefix}-api`,
    topics: [eventsTopic(controlPlane.topicPrefix), workloadsTopic(controlPlane.topicPrefix)],
    handle: async (decoded, record) => {
      if (decoded.kind === 'event')
        await inTraceOf(record, 'project', spans, () => project(controlPlane, decoded.event));
    },
    isUnavailable: isDatabaseUnavailable,
    pacing: realPacing,
    onDeadLetter: ({ topic, partition, offset }, err) => {
      metrics.deadLetters.inc({ topic, error: err.name });
      logger.error({ err, topic, partition, offset }, 'moved an unreadable record to the dead-letter topic');
    },
    onHandled: (records) => metrics.projected.inc(records),
  });
}
