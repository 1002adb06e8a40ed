import { randomUUID } from 'node:crypto';
import {
  InformedClusterView,
  KubernetesClusterWriter,
  KubernetesMigNodes,
  LeaderElection,
  type KubernetesConnection,
} from '@tessera/adapter-kubernetes';
import type { PostgresAcceptedWorkloads } from '@tessera/adapter-postgres';
import { KnownWorkloads } from '@tessera/application-reconciliation';
import type { GuardrailSettings } from '@tessera/contracts-kubernetes';
import { maybe, type Clock, type MonotonicClock } from '@tessera/kernel';
import type { Logger } from '@tessera/platform-logging';
import type { SchedulerConfig } from '../config';
import type { ProjectGuardrails } from '../guardrails/guardrails';
import { leaseOf } from '../leadership/lease-name';
import type { ClusterChanges } from './cluster-changes';
import { urlExposure, writerOptions } from './writer-options';

interface Base {
  readonly config: SchedulerConfig;
  readonly connection: KubernetesConnection;
}

/** The candidate for the lease of this cluster; it does not apply for it yet. */
export const createElection = ({
  config,
  ...others
}: Base & { readonly clock: Clock & MonotonicClock; readonly logger: Logger }): LeaderElection =>
  new LeaderElection({
    ...others,
    namespace: config.TESSERA_SCHEDULER_NAMESPACE,
    name: leaseOf(config),
    identity: config.TESSERA_SCHEDULER_IDENTITY ?? randomUUID(),
  });

/** The accepted workloads; none has been read yet. */
export const createKnownWorkloads = ({
  workloads,
  changes,
  logger,
}: {
  readonly workloads: PostgresAcceptedWorkloads;
  readonly changes: ClusterChanges;
  readonly logger: Logger;
}): KnownWorkloads =>
  new KnownWorkloads({
    workloads,
    onNew: changes.onKnownWorkload,
    onError: (err) => logger.warn({ err }, 'could not look up workloads named by pods'),
  });

/** The view of the cluster; its informers are not started yet. */
export function createView({
  config,
  connection,
  known,
  changes,
  clock,
  logger,
}: Base & {
  readonly known: KnownWorkloads;
  readonly changes: ClusterChanges;
  readonly clock: Clock;
  readonly logger: Logger;
}): InformedClusterView {
  const options = {
    keys: { nodePool: config.TESSERA_NODE_POOL_LABEL, nodeType: config.TESSERA_NODE_TYPE_LABEL },
    exposure: urlExposure(config),
    ...maybe('runtimeClass', config.TESSERA_GPU_RUNTIME_CLASS),
    clock,
    reservationNamespace: config.TESSERA_RESERVATION_NAMESPACE,
    refOf: (id: string) => known.refs.of(id),
  };
  const { onWorkload, onCapacity, onSurroundings, onReplica, onImagePulled } = changes;
  const onUnknownWorkload = (id: string): void => known.ask(id);
  const listener = {
    ...{ onUnknownWorkload, onWorkload, onCapacity, onSurroundings },
    ...{ onReplica, onImagePulled },
  };
  const view = new InformedClusterView(connection, logger, options, listener);
  changes.subscribe({ onKnownWorkload: (id) => view.ownerChanged(id) });
  return view;
}

interface WriterDependencies extends Base {
  readonly view: InformedClusterView;
  readonly election: LeaderElection;
}

/** The writer of pods and objects; it writes only while this scheduler leads. */
export const createWriter = ({
  config,
  connection,
  view,
  election,
  settings,
  guardrails,
}: WriterDependencies & {
  readonly settings: GuardrailSettings;
  readonly guardrails: ProjectGuardrails;
}): KubernetesClusterWriter =>
  new KubernetesClusterWriter(
    connection,
    view.objects,
    { onPod: (pod) => view.observePod(pod), onPodGone: (pod) => view.forgetPod(pod) },
    {
      ...writerOptions(config),
      guardrailsOf: (projectId) => guardrails.of(projectId),
      refusalsOf: (workload) => guardrails.refusalsOf(workload),
      network: { ...settings.network, gatewayNamespace: config.TESSERA_SCHEDULER_NAMESPACE },
      mayWrite: () => election.leading,
    },
  );

/** The writer of MIG geometry changes; it writes only while this scheduler leads. */
export const createMigNodes = ({
  config,
  connection,
  view,
  election,
}: WriterDependencies): KubernetesMigNodes =>
  new KubernetesMigNodes({
    connection,
    view,
    operatorNamespace: config.TESSERA_GPU_OPERATOR_NAMESPACE,
    mayWrite: () => election.leading,
  });
