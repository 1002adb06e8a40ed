import {
  Informer,
  type ConfigMapWire,
  type KubernetesConnection,
  type NamespaceWire,
  type PodWire,
} from '@tessera/adapter-kubernetes';
import { bindingOf, LABELS, MANAGED_BY, type NamespaceBinding } from '@tessera/contracts-kubernetes';
import type { Logger } from '@tessera/platform-logging';
import type { ClusterListener, KnownWorkload, Replica, ReplicaSource } from '../routing/replica';
import { replicaOfPod } from './replica-of-pod';
import type { AddressRules } from './serving-address';
import { trimmedOwner, workloadOfOwner } from './workload-of-owner';

export interface PodReplicasOptions extends AddressRules {
  /** The namespaces to watch, each with informers of its own; empty for the whole cluster. */
  readonly namespaces: readonly string[];
}

/** The informers of one named namespace, or of the whole cluster. */
interface Lists {
  readonly namespaces: Informer<NamespaceWire>;
  /** Owner objects of workloads. */
  readonly owners: Informer<ConfigMapWire>;
  readonly pods: Informer<PodWire>;
  /** The name of the namespace in messages; undefined for the whole cluster. */
  readonly name: string | undefined;
}

/**
 * The workloads and replicas of one cluster, from watches of their owner objects, Tessera's pods and the namespaces
 * that are bound to projects. An object counts only while its namespace is bound to the project in its labels.
 */
export class PodReplicas implements ReplicaSource {
  private readonly lists: readonly Lists[];
  /** Replicas as last reported, by the uid of the pod. */
  private readonly reportedReplicas = new Map<string, Replica>();
  /** Workloads as last reported, by the uid of the owner object. */
  private readonly reported = new Map<string, KnownWorkload>();
  private listener: ClusterListener = { workload: () => undefined, replica: () => undefined };

  constructor(
    private readonly connection: KubernetesConnection,
    logger: Logger,
    private readonly options: PodReplicasOptions,
  ) {
    const names = [...new Set(options.namespaces)];
    this.lists = (names.length === 0 ? [undefined] : names).map((name) => listsOf(connection, logger, name));
    for (const lists of this.lists) {
      lists.namespaces.onChange(({ object }) => this.reportNamespace(lists, object.metadata.name));
      lists.owners.onChange(({ type, object }) =>
        this.reportOwner(object, lists.namespaces, type === 'deleted'),
      );
      lists.pods.onChange(({ type, object }) => this.reportPod(object, lists.namespaces, type === 'deleted'));
    }
  }

  /** Loads namespaces first: an object whose namespace is not loaded belongs to no project. */
  async start(listener: ClusterListener): Promise<void> {
    this.listener = listener;
    await Promise.all(
      this.lists.map(async ({ namespaces, owners, pods }) => {
        await namespaces.start();
        await owners.start();
        await pods.start();
      }),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.lists.flatMap(({ pods, owners, namespaces }) => [pods.stop(), owners.stop(), namespaces.stop()]),
    );
  }

  /**
   * Ignores namespaces that the gateway may not read: a lost permission in one namespace must not take down the
   * workloads of all others. The gateway is not ready where it may read none of them.
   */
  notReady(): string | undefined {
    for (const { namespaces, owners, pods, name } of this.lists) {
      const where = name === undefined ? '' : ` of ${name}`;
      if (!namespaces.synced) return `the first list of namespaces${where} is not loaded`;
      if (!owners.synced) return `the first list of owner objects${where} is not loaded`;
      if (!pods.synced) return `the first list of pods${where} is not loaded`;
    }
    const readable = ({ namespaces, owners, pods }: Lists): boolean =>
      !namespaces.refused && !owners.refused && !pods.refused;
    if (this.lists.some(readable)) return this.connection.watches.notReady();
    return `no permission to list pods and ConfigMaps in any of the namespaces ${this.lists.map(({ name }) => name).join(', ')}`;
  }

  private reportNamespace({ pods, owners, namespaces }: Lists, namespace: string): void {
    for (const owner of owners.list())
      if (owner.metadata.namespace === namespace) this.reportOwner(owner, namespaces, false);
    for (const pod of pods.list())
      if (pod.metadata.namespace === namespace) this.reportPod(pod, namespaces, false);
  }

  private reportOwner(owner: ConfigMapWire, namespaces: Informer<NamespaceWire>, gone: boolean): void {
    const { uid } = owner.metadata;
    const before = this.reported.get(uid);
    const after = gone ? undefined : workloadOfOwner(owner, bindingIn(namespaces));
    if (before !== undefined && (after === undefined || isAnotherWorkload(before, after))) {
      this.reported.delete(uid);
      this.listener.workload({ type: 'gone', known: before });
    }
    if (after === undefined) return;
    this.reported.set(uid, after);
    this.listener.workload({ type: 'present', known: after });
  }

  private reportPod(pod: PodWire, namespaces: Informer<NamespaceWire>, gone: boolean): void {
    const { uid } = pod.metadata;
    const before = this.reportedReplicas.get(uid);
    const after = gone ? undefined : replicaOfPod(pod, bindingIn(namespaces), this.options);
    if (before !== undefined && (after === undefined || isAnother(before, after))) {
      this.reportedReplicas.delete(uid);
      this.listener.replica({ type: 'gone', replica: before });
    }
    if (after === undefined) return;
    this.reportedReplicas.set(uid, after);
    this.listener.replica({ type: 'present', replica: after });
  }
}

const bindingIn =
  (namespaces: Informer<NamespaceWire>) =>
  (name: string): NamespaceBinding | undefined =>
    bindingOf(namespaces.get(name)?.metadata.labels);

/** The permission on a named namespace covers only that Namespace object, so the list selects it by name. */
function listsOf(connection: KubernetesConnection, logger: Logger, name: string | undefined): Lists {
  const named = { fieldSelector: `metadata.name=${name}`, forbidden: 'empty' } as const;
  return {
    name,
    namespaces: new Informer<NamespaceWire>({
      connection,
      logger,
      path: '/api/v1/namespaces',
      labelSelector: LABELS.project,
      ...(name === undefined ? {} : named),
    }),
    owners: new Informer<ConfigMapWire>({
      connection,
      logger,
      path: name === undefined ? '/api/v1/configmaps' : `/api/v1/namespaces/${name}/configmaps`,
      labelSelector: `${LABELS.managedBy}=${MANAGED_BY},${LABELS.workloadName}`,
      trim: trimmedOwner,
      ...(name === undefined ? {} : { forbidden: named.forbidden }),
    }),
    pods: new Informer<PodWire>({
      connection,
      logger,
      path: name === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${name}/pods`,
      labelSelector: `${LABELS.managedBy}=${MANAGED_BY}`,
      ...(name === undefined ? {} : { forbidden: named.forbidden }),
    }),
  };
}

const isAnotherWorkload = (before: KnownWorkload, after: KnownWorkload): boolean =>
  before.project !== after.project ||
  before.workload !== after.workload ||
  before.workloadId !== after.workloadId;

/** Whether the workload or the address has changed, so that connections to the old address must be closed. */
const isAnother = (before: Replica, after: Replica): boolean =>
  before.project !== after.project ||
  before.workload !== after.workload ||
  before.workloadId !== after.workloadId ||
  (before.address !== undefined && before.address !== after.address);
