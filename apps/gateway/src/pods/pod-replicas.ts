import {
  Informer,
  type KubernetesConnection,
  type NamespaceWire,
  type PodWire,
} from '@tessera/adapter-kubernetes';
import { bindingOf, LABELS, MANAGED_BY, type NamespaceBinding } from '@tessera/contracts-kubernetes';
import type { Logger } from '@tessera/platform-logging';
import type { Replica, ReplicaChange, ReplicaSource } from '../routing/replica';
import { replicaOfPod } from './replica-of-pod';
import type { AddressRules } from './serving-address';

export interface PodReplicasOptions extends AddressRules {
  /** The only namespaces that are watched, each by itself; empty: the whole cluster, in one list. */
  readonly namespaces: readonly string[];
}

/** The informers of one named namespace, or of the whole cluster. */
interface Lists {
  readonly namespaces: Informer<NamespaceWire>;
  readonly pods: Informer<PodWire>;
  /** The name of the namespace in messages; undefined for the whole cluster. */
  readonly name: string | undefined;
}

/**
 * The replicas of one cluster, by list and watch over Tessera's pods and the namespaces that are bound to projects. A
 * pod counts only while its namespace is bound to the project that its labels name.
 */
export class PodReplicas implements ReplicaSource {
  private readonly lists: readonly Lists[];
  /** Replicas as last reported, by the uid of the pod. */
  private readonly told = new Map<string, Replica>();
  private listener: (change: ReplicaChange) => void = () => undefined;

  constructor(
    connection: KubernetesConnection,
    logger: Logger,
    private readonly options: PodReplicasOptions,
  ) {
    const names = [...new Set(options.namespaces)];
    this.lists = (names.length === 0 ? [undefined] : names).map((name) => listsOf(connection, logger, name));
    for (const lists of this.lists) {
      lists.namespaces.onChange(({ object }) => this.judgeAgain(lists, object.metadata.name));
      lists.pods.onChange(({ type, object }) => this.judge(object, lists.namespaces, type === 'deleted'));
    }
  }

  /** Lists namespaces first: pods that arrive before their namespace belong to no project. */
  async start(listener: (change: ReplicaChange) => void): Promise<void> {
    this.listener = listener;
    await Promise.all(
      this.lists.map(async ({ namespaces, pods }) => {
        await namespaces.start();
        await pods.start();
      }),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.lists.flatMap(({ pods, namespaces }) => [pods.stop(), namespaces.stop()]));
  }

  /**
   * Skips a named namespace that may not be read: losing the permission in one namespace must not take down the
   * workloads of all others. Fails where none may be read.
   */
  notReady(): string | undefined {
    for (const { namespaces, pods, name } of this.lists) {
      const where = name === undefined ? '' : ` of ${name}`;
      if (!namespaces.synced) return `the first list of namespaces${where} is not in`;
      if (!pods.synced) return `the first list of pods${where} is not in`;
    }
    if (this.lists.some(({ namespaces, pods }) => !namespaces.refused && !pods.refused)) return undefined;
    return `may list the pods of none of the namespaces ${this.lists.map(({ name }) => name).join(', ')}`;
  }

  private judgeAgain({ pods, namespaces }: Lists, namespace: string): void {
    for (const pod of pods.list())
      if (pod.metadata.namespace === namespace) this.judge(pod, namespaces, false);
  }

  private judge(pod: PodWire, namespaces: Informer<NamespaceWire>, gone: boolean): void {
    const { uid } = pod.metadata;
    const before = this.told.get(uid);
    const bindings = (name: string): NamespaceBinding | undefined =>
      bindingOf(namespaces.get(name)?.metadata.labels);
    const after = gone ? undefined : replicaOfPod(pod, bindings, this.options);
    if (before !== undefined && (after === undefined || isAnother(before, after))) {
      this.told.delete(uid);
      this.listener({ type: 'gone', replica: before });
    }
    if (after === undefined) return;
    this.told.set(uid, after);
    this.listener({ type: 'present', replica: after });
  }
}

/** The permission on a named namespace covers that object alone, so the list of namespaces selects it by name. */
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
    pods: new Informer<PodWire>({
      connection,
      logger,
      path: name === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${name}/pods`,
      labelSelector: `${LABELS.managedBy}=${MANAGED_BY}`,
      ...(name === undefined ? {} : { forbidden: named.forbidden }),
    }),
  };
}

/** The workload or the address has changed: connections to the old address end. */
const isAnother = (before: Replica, after: Replica): boolean =>
  before.project !== after.project ||
  before.workload !== after.workload ||
  before.workloadId !== after.workloadId ||
  (before.address !== undefined && before.address !== after.address);
