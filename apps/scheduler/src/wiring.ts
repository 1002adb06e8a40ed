import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import {
  InformedClusterView,
  KubernetesClusterWriter,
  KubernetesMigNodes,
  LeaderElection,
  type KubernetesConnection,
} from '@tessera/adapter-kubernetes';
import { LeaseFence, PostgresAcceptedWorkloads, PostgresOrganisationUnits } from '@tessera/adapter-postgres';
import { checkTopics, type EventLog, type Relay, type Subscription } from '@tessera/application-messaging';
import {
  clusterSnapshot,
  isAssumed,
  KnownWorkloads,
  initialReplicas,
  livePlacing,
  nodeReports,
  ObservedTasks,
  placing,
  Reconciler,
  type NodeReport,
  type PendingReplicas,
  type Place,
  type CompiledWorkload,
  type ReplicaPod,
  type Reporter,
} from '@tessera/application-reconciliation';
import {
  commandsTopic,
  eventsTopic,
  workloadsTopic,
  type OrganisationUnit,
  type WorkloadRef,
} from '@tessera/contracts-events';
import { policyFor, type PlaceOptions, type RepartitionTiming } from '@tessera/domain-placement';
import type { Clock } from '@tessera/kernel';
import { LOOP_PATIENCE, Progress, type Periodic } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { spans } from '@tessera/platform-telemetry';
import { startCommands } from './commands';
import type { SchedulerConfig } from './config';
import { guardrailSettings, ProjectGuardrails } from './guardrails';
import type { Allocations } from './gauges';
import type { SchedulerMetrics } from './metrics';
import { ReconcileLoop } from './reconcile-loop';
import { createRelay } from './relay';
import { retentionLoop } from './retention';
import { exposingOf, urlExposure, writerOptions } from './writer-options';

export interface SchedulerDependencies {
  readonly config: SchedulerConfig;
  readonly dataSource: DataSource;
  readonly log: EventLog;
  readonly connection: KubernetesConnection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: SchedulerMetrics;
  /** Called when leadership is lost: nothing may be written any more. */
  readonly onLost: () => void;
}

/** The scheduler of one cluster. It decides while it holds the lease and is a standby until then. */
export class Scheduler implements Allocations {
  private readonly fence: LeaseFence;
  private readonly workloads: PostgresAcceptedWorkloads;
  private readonly known: KnownWorkloads;
  private readonly orgUnits: PostgresOrganisationUnits;
  private readonly guardrails: ProjectGuardrails;
  private readonly tasks: ObservedTasks;
  private readonly view: InformedClusterView;
  private readonly writer: KubernetesClusterWriter;
  /** Changes of MIG geometry. */
  readonly migNodes: KubernetesMigNodes;
  private readonly reconciler: Reconciler;
  private readonly loop: ReconcileLoop;
  private readonly election: LeaderElection;
  private readonly relay: Relay;
  private readonly retention: Periodic;
  /** Progress of the loops, for liveness checks. */
  readonly relayed: Progress;
  readonly reconciled: Progress;
  private commands: Subscription | undefined;
  private leads = false;

  constructor(private readonly parts: SchedulerDependencies) {
    const { config, connection, dataSource, logger, clock, metrics } = parts;
    const lease = `tessera-scheduler-${config.TESSERA_CLUSTER_ID}`;
    this.fence = new LeaseFence(dataSource, lease);
    this.workloads = new PostgresAcceptedWorkloads(dataSource, config.TESSERA_CLUSTER_ID, this.fence);
    this.known = new KnownWorkloads({
      workloads: this.workloads,
      onNew: (id) => this.view.ownerChanged(id),
      onError: (err) => logger.warn({ err }, 'could not look up workloads named by pods'),
    });
    this.orgUnits = new PostgresOrganisationUnits(dataSource, this.fence);
    const settings = guardrailSettings(config);
    this.guardrails = new ProjectGuardrails(settings.rules, config);
    this.tasks = new ObservedTasks(clock);
    this.view = new InformedClusterView(
      connection,
      logger,
      {
        keys: { nodePool: config.TESSERA_NODE_POOL_LABEL, nodeType: config.TESSERA_NODE_TYPE_LABEL },
        exposure: urlExposure(config),
        clock,
        reservationNamespace: config.TESSERA_RESERVATION_NAMESPACE,
        refOf: (id) => this.known.refs.of(id),
      },
      {
        onUnknownWorkload: (id) => this.known.ask(id),
        onWorkload: (id) => {
          reconciler.changed(id);
          this.loop.wake();
        },
        onCapacity: () => {
          reconciler.capacityChanged();
          this.loop.wake();
        },
        onSurroundings: () => {
          reconciler.surroundingsChanged();
          this.loop.wake();
        },
      },
    );
    this.writer = new KubernetesClusterWriter(
      connection,
      this.view.objects,
      { onPod: (pod) => this.view.observePod(pod), onPodGone: (pod) => this.view.forgetPod(pod) },
      {
        ...writerOptions(config),
        guardrailsOf: (projectId) => this.guardrails.of(projectId),
        refusalsOf: (workload) => this.guardrails.refusalsOf(workload),
        network: { ...settings.network, gatewayNamespace: config.TESSERA_SCHEDULER_NAMESPACE },
        mayWrite: () => this.election.leading,
      },
    );
    this.migNodes = new KubernetesMigNodes({
      connection,
      view: {
        migNodes: () => this.view.migNodes(),
        migNode: (name) => this.view.migNode(name),
        observeNode: (node) => this.view.observeNode(node),
      },
      operatorNamespace: config.TESSERA_GPU_OPERATOR_NAMESPACE,
      mayWrite: () => this.election.leading,
    });
    const reconciler = this.createReconciler();
    this.reconciler = reconciler;
    const patienceMs = config.TESSERA_LIVENESS_MS * LOOP_PATIENCE;
    this.relayed = new Progress(patienceMs);
    this.reconciled = new Progress(patienceMs);
    this.loop = new ReconcileLoop(
      reconciler,
      config.TESSERA_SCHEDULER_RESYNC_MS,
      logger,
      (keys) => metrics.passes.inc(keys),
      this.reconciled.made,
    );
    this.wake = (id) => {
      reconciler.enqueueUrgent(id);
      this.loop.wake();
    };
    this.election = new LeaderElection({
      connection,
      namespace: config.TESSERA_SCHEDULER_NAMESPACE,
      name: lease,
      identity: config.TESSERA_SCHEDULER_IDENTITY ?? randomUUID(),
      clock,
      logger,
    });
    this.relay = createRelay(parts, this.relayed.made);
    this.retention = retentionLoop(parts);
  }

  private readonly wake: (workloadId: string) => void;

  /** Resolves once this scheduler leads and everything runs; never if another scheduler keeps the lease. */
  async start(): Promise<void> {
    const { parts } = this;
    const { config } = parts;
    await this.known.read();
    await this.view.start();
    const epoch = await this.election.lead(parts.onLost);
    if (epoch === undefined) return;
    await this.fence.raise(epoch);
    // Workloads that the previous leader accepted meanwhile.
    await this.known.read();
    const topics = [
      commandsTopic(config.TESSERA_TOPIC_PREFIX, config.TESSERA_CLUSTER_ID),
      eventsTopic(config.TESSERA_TOPIC_PREFIX),
      workloadsTopic(config.TESSERA_TOPIC_PREFIX),
    ];
    const remarks = await checkTopics(parts.log, {
      topics,
      partitions: config.TESSERA_TOPIC_PARTITIONS,
      replication: config.TESSERA_TOPIC_REPLICATION,
    });
    for (const remark of remarks) parts.logger.warn(remark);
    await parts.log.ensureTopics(topics);
    await this.guardrails.load(this.orgUnits);
    await this.relay.start();
    this.loop.start();
    this.retention.start();
    this.commands = await startCommands({
      log: parts.log,
      workloads: this.workloads,
      orgUnits: this.orgUnits,
      reporter: reporterOf(config),
      clock: parts.clock,
      logger: parts.logger,
      topicPrefix: config.TESSERA_TOPIC_PREFIX,
      clusterId: config.TESSERA_CLUSTER_ID,
      onCommand: (name, id) => {
        parts.metrics.commands.inc({ name });
        this.wake(id);
      },
      onOrgUnit: (orgUnit) => {
        parts.metrics.commands.inc({ name: 'unit' });
        this.guardrails.observe(orgUnit);
        this.ensureNamespace(orgUnit);
        this.reconciler.orgUnitsChanged();
        this.loop.wake();
      },
    });
    this.leads = true;
  }

  /** Placement on the current cluster state, for what-if requests; undefined until that is loaded. */
  async placeNow(): Promise<Place | undefined> {
    if (this.view.notReady() !== undefined) return undefined;
    const quota = await this.orgUnits.quota();
    const snapshot = clusterSnapshot(this.reconciler.usable(this.view.nodes()), this.replicasOn, quota);
    // A simulation is no demand: its request does not count as observed.
    const tasks = { mix: () => this.tasks.mix(), see: () => undefined };
    return placing({ ...policies(this.parts.config), tasks })(snapshot);
  }

  /** Nodes with their GPUs and allocations; undefined until the cluster state is loaded. */
  nodes(): readonly NodeReport[] | undefined {
    if (this.view.notReady() !== undefined) return undefined;
    const snapshot = clusterSnapshot(this.view.nodes(), this.replicasOn, []);
    return nodeReports(snapshot, this.view.nodeStates(), (group) => this.view.reservationPodOf(group));
  }

  /** Why this scheduler cannot decide; undefined if it can. A standby is ready too. */
  notReady(): string | undefined {
    return this.view.notReady();
  }

  /** Why no report of this scheduler is published; undefined while they are. */
  stuck(): string | undefined {
    return this.relay.stuck();
  }

  /** True once this scheduler holds the lease and runs its loops. */
  get leading(): boolean {
    return this.leads && this.election.leading;
  }

  /** Our pods in the cluster. */
  replicas(): Iterable<ReplicaPod> {
    return [...this.view.replicas()].filter((pod) => !isAssumed(pod));
  }

  private readonly replicasOn = (node: string): readonly ReplicaPod[] => this.view.replicasOn(node);

  projectOf(workloadId: string): string | undefined {
    return this.reconciler.refOf(workloadId)?.projectName;
  }

  pending(): readonly PendingReplicas[] {
    return this.reconciler.pending;
  }

  /** Services in the order in which they stop: no new commands, no new decisions, events published, lease released. */
  stops() {
    return [
      { name: 'commands', stop: async () => this.commands?.stop() },
      { name: 'reconcile loop', stop: () => this.loop.stop() },
      { name: 'retention', stop: () => this.retention.stop() },
      { name: 'relay', stop: () => this.relay.stop() },
      { name: 'lease', stop: () => this.election.release() },
      { name: 'cluster view', stop: () => this.view.stop() },
    ];
  }

  /** Tries once at once; if that fails, the first workload of the project tries again and reports why it waits. */
  private ensureNamespace({ scope, id, name, namespace, removed }: OrganisationUnit): void {
    if (scope !== 'project' || removed || namespace === undefined) return;
    this.writer
      .ensureNamespace({ projectId: id, projectName: name, namespace })
      .catch((err: unknown) => this.parts.logger.warn({ err, namespace }, 'could not create the namespace'));
  }

  private createReconciler(): Reconciler {
    const { config, clock, logger, metrics } = this.parts;
    const view = {
      nodes: () => this.view.nodes(),
      replicasOn: this.replicasOn,
      replicasOf: (id: string) => this.view.replicasOf(id),
      reservationPods: () => this.view.reservationPods(),
      reservationPodOf: (group: string) => this.view.reservationPodOf(group),
      isShared: (group: string) => this.view.isShared(group),
      takeFreed: () => this.view.takeFreed(),
      lostNode: (node: string) => this.view.lostNode(node),
      hasObjects: (target: CompiledWorkload) => this.view.hasObjects(target),
      claimsOf: (target: CompiledWorkload) => this.view.claimsOf(target),
      storageClasses: () => this.view.storageClasses(),
      assume: (replica: ReplicaPod) => this.view.assume(replica),
      forget: (replica: ReplicaPod) => this.view.forget(replica),
    };
    return new Reconciler({
      workloads: this.workloads,
      orgUnits: this.orgUnits,
      refs: this.known.refs,
      view,
      writer: this.writer,
      clock,
      reporter: reporterOf(config),
      compile: (workload) => this.guardrails.compile(workload),
      replicaTarget: initialReplicas,
      urls: ({ ref }) => [servingUrl(config.TESSERA_GATEWAY_PUBLIC_URL, ref)],
      ...exposingOf(config),
      nodeLostMs: config.TESSERA_NODE_LOST_MS,
      placeOn: livePlacing({ ...policies(config), tasks: this.tasks }),
      tracing: spans,
      policyOf: (pool) => policyFor(pool, policies(config)),
      mig: { nodes: this.migNodes, timing: migTiming(config) },
      onFree: () => this.loop.wake(),
      reservationTiming: { readyMs: config.TESSERA_RESERVATION_READY_MS, retryMs: RESERVATION_RETRY_MS },
      onError: (workloadId, err) => {
        metrics.failures.inc();
        logger.warn({ err, workloadId }, 'reconcile failed, will retry');
      },
      onDecision: (outcome, ms) => {
        metrics.decisions.inc({ outcome });
        metrics.decisionSeconds.observe(ms / 1000);
      },
    });
  }
}

/** How long a reservation pod that ended by itself stays readable before it is replaced, ms. */
const RESERVATION_RETRY_MS = 5_000;

/** mig-manager sees a changed label within seconds. */
const MIG_AWAY_MS = 15_000;
const MIG_ATTEMPTS = 3;
const migTiming = (config: SchedulerConfig): RepartitionTiming => ({
  drainMs: config.TESSERA_MIG_DRAIN_MS,
  stuckMs: config.TESSERA_MIG_STUCK_MS,
  limitMs: config.TESSERA_MIG_LIMIT_MS,
  awayMs: Math.min(MIG_AWAY_MS, config.TESSERA_MIG_STUCK_MS),
  attempts: MIG_ATTEMPTS,
});

const policies = (config: SchedulerConfig): PlaceOptions => ({
  policy: config.TESSERA_PLACEMENT_POLICY,
  poolPolicies: config.TESSERA_POOL_POLICIES,
  random: Math.random,
});

const reporterOf = (config: SchedulerConfig): Reporter => ({
  source: `/tessera/scheduler/${config.TESSERA_CLUSTER_ID}`,
  topics: {
    events: eventsTopic(config.TESSERA_TOPIC_PREFIX).name,
    workloads: workloadsTopic(config.TESSERA_TOPIC_PREFIX).name,
  },
  newId: randomUUID,
});

/** URL of a workload behind the gateway: `/<project>/<name>/`. */
const servingUrl = (gateway: string, { projectName, name }: WorkloadRef): string =>
  `${gateway.replace(/\/$/, '')}/${encodeURIComponent(projectName)}/${encodeURIComponent(name)}/`;
