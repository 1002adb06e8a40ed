import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { consumeEvents, inTraceOf, type EventLog, type Subscription } from '@tessera/application-messaging';
import {
  acceptApply,
  acceptRemove,
  NotLeadingError,
  type AcceptedWorkloads,
  type OrganisationUnits,
  type Reporter,
  type WorkloadTrace,
} from '@tessera/application-reconciliation';
import {
  commandsTopic,
  InvalidEventError,
  isEvent,
  type OrganisationUnit,
  type TesseraEvent,
} from '@tessera/contracts-events';
import type { Clock } from '@tessera/kernel';
import { realPacing } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { spans } from '@tessera/platform-telemetry';

export interface CommandDependencies {
  readonly log: EventLog;
  readonly workloads: AcceptedWorkloads;
  readonly orgUnits: Pick<OrganisationUnits, 'accept'>;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly topicPrefix: string;
  readonly clusterId: string;
  /** Called for every record that is no valid command, after it was moved to the dead-letter topic. */
  readonly onDeadLetter: (topic: string, error: Error) => void;
  /** Called for every command after it was stored. */
  readonly onCommand: (name: string, workloadId: string) => void;
  /** Called for every change of a project or department after it was stored. */
  readonly onOrgUnit: (orgUnit: OrganisationUnit) => void;
}

/** Number of workloads whose commands are accepted concurrently; their writes share transactions. */
const KEYS_AT_ONCE = 32;

/** Consumes the commands of one cluster and stores them as accepted workloads; the reconciler does the rest. */
export class CommandConsumer {
  private subscription: Subscription | undefined;

  constructor(private readonly on: CommandDependencies) {}

  /** Resolves once it consumes. */
  async start(): Promise<void> {
    const { log, topicPrefix, clusterId, logger, onDeadLetter } = this.on;
    this.subscription = await consumeEvents({
      log,
      group: `${topicPrefix}-scheduler-${clusterId}`,
      concurrency: KEYS_AT_ONCE,
      topics: [commandsTopic(topicPrefix, clusterId)],
      handle: async (decoded, record) => {
        if (decoded.kind === 'event')
          await inTraceOf(record, 'command', spans, (span) =>
            accept(this.on, decoded.event, span?.traceparent),
          );
      },
      // The current leader takes the command; the command itself is valid.
      isUnavailable: (error) => error instanceof NotLeadingError || isDatabaseUnavailable(error),
      pacing: realPacing,
      onDeadLetter: ({ topic, partition, offset }, err) => {
        onDeadLetter(topic, err);
        logger.error({ err, topic, partition, offset }, 'moved an invalid command to the dead-letter topic');
      },
    });
  }

  /** Resolves once no command is being stored any more. */
  async stop(): Promise<void> {
    await this.subscription?.stop();
  }
}

async function accept(
  { workloads, orgUnits, reporter, clock, onCommand, onOrgUnit }: CommandDependencies,
  event: TesseraEvent,
  span: string | undefined,
): Promise<void> {
  const now = new Date(clock.now()).toISOString();
  const { id, subject } = event.attributes;
  const trace = traceOf(event, span);
  if (isEvent(event, 'orgUnit')) {
    await orgUnits.accept(event.data, id);
    return onOrgUnit(event.data);
  }
  if (isEvent(event, 'apply'))
    await workloads.change(subject, acceptApply(event.data, now, reporter, trace), id);
  else if (isEvent(event, 'remove'))
    await workloads.change(subject, acceptRemove(event.data, now, trace), id);
  else throw new InvalidEventError(`${event.name} is not a command`);
  onCommand(event.name, subject);
}

/** Without a span of our own the trace continues from the call itself. */
function traceOf({ attributes }: TesseraEvent, span: string | undefined): WorkloadTrace | undefined {
  const { traceparent: cause, time: acceptedAt } = attributes;
  return cause === undefined ? undefined : { cause, command: span ?? cause, acceptedAt };
}
