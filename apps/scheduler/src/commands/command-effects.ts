import type { ClusterWriter, Reconciler } from '@tessera/application-reconciliation';
import type { OrganisationUnit } from '@tessera/contracts-events';
import type { Logger } from '@tessera/platform-logging';
import type { SchedulerConfig } from '../config';
import type { ProjectGuardrails } from '../guardrails/guardrails';
import type { SchedulerMetrics } from '../metrics/metrics';
import { reporterOf } from '../reconciliation/options';
import type { WorkNotifier } from '../reconciliation/work-notifier';
import { CommandConsumer, type CommandDependencies } from './commands';

type Given = Pick<CommandDependencies, 'log' | 'workloads' | 'orgUnits' | 'clock' | 'logger'>;

/** Dependencies of the consumer, as the modules provide them. */
export interface ConsumerDependencies extends Given {
  readonly config: SchedulerConfig;
  readonly guardrails: ProjectGuardrails;
  readonly writer: ClusterWriter;
  readonly reconciler: Reconciler;
  readonly notifier: WorkNotifier;
  readonly metrics: SchedulerMetrics;
}

/** The consumer of commands, not started yet: what it stores is enqueued for the reconciler. */
export const createCommandConsumer = (on: ConsumerDependencies): CommandConsumer =>
  new CommandConsumer({
    log: on.log,
    workloads: on.workloads,
    orgUnits: on.orgUnits,
    clock: on.clock,
    logger: on.logger,
    reporter: reporterOf(on.config),
    topicPrefix: on.config.TESSERA_TOPIC_PREFIX,
    clusterId: on.config.TESSERA_CLUSTER_ID,
    onDeadLetter: (topic, { name: error }) => on.metrics.deadLetters.inc({ topic, error }),
    onCommand: (name, workloadId) => {
      on.metrics.commands.inc({ name });
      on.reconciler.enqueueUrgent(workloadId);
      on.notifier.notify();
    },
    onOrgUnit: (orgUnit) => {
      on.metrics.commands.inc({ name: 'orgUnit' });
      on.guardrails.observe(orgUnit);
      ensureNamespace(orgUnit, on);
      on.reconciler.orgUnitsChanged(orgUnit.id);
      on.notifier.notify();
    },
  });

/** Tries once at once; if that fails, the first workload of the project tries again and reports why it waits. */
function ensureNamespace(
  { scope, id, name, namespace, removed }: OrganisationUnit,
  { writer, logger }: { readonly writer: ClusterWriter; readonly logger: Logger },
): void {
  if (scope !== 'project' || removed || namespace === undefined) return;
  writer
    .ensureNamespace({ projectId: id, projectName: name, namespace })
    .catch((err: unknown) => logger.warn({ err, namespace }, 'could not create the namespace'));
}
