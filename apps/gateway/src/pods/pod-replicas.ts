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

/**
 * The replicas of one cluster, by list and watch over Tessera's pods and the namespaces that are bound to projects. A pod
 * counts from the moment its namespace is bound to the project that its labels name, and no longer.
 */
export class PodReplicas implements ReplicaSource {
  private readonly pods: Informer<PodWire>;
  private readonly namespaces: Informer<NamespaceWire>;
  /** Replicas as they were told last, by the uid of the pod. */
  private readonly told = new Map<string, Replica>();
  private listener: (change: ReplicaChange) => void = () => undefined;

  constructor(
    connection: KubernetesConnection,
    logger: Logger,
    private readonly rules: AddressRules,
  ) {
    this.namespaces = new Informer<NamespaceWire>({
      connection,
      path: '/api/v1/namespaces',
      labelSelector: LABELS.project,
      logger,
    });
    this.pods = new Informer<PodWire>({
      connection,
      path: '/api/v1/pods',
      labelSelector: `${LABELS.managedBy}=${MANAGED_BY}`,
      logger,
    });
    this.namespaces.onChange(({ object }) => this.judgeAgain(object.metadata.name));
    this.pods.onChange(({ type, object }) => this.judge(object, type === 'deleted'));
  }

  /** Namespaces first: pods that come before them belong to nobody. */
  async start(listener: (change: ReplicaChange) => void): Promise<void> {
    this.listener = listener;
    await this.namespaces.start();
    await this.pods.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.pods.stop(), this.namespaces.stop()]);
  }

  notReady(): string | undefined {
    if (!this.namespaces.synced) return 'the first list of namespaces is not in';
    return this.pods.synced ? undefined : 'the first list of pods is not in';
  }

  private bindingOf(namespace: string): NamespaceBinding | undefined {
    return bindingOf(this.namespaces.get(namespace)?.metadata.labels);
  }

  private judgeAgain(namespace: string): void {
    for (const pod of this.pods.list()) if (pod.metadata.namespace === namespace) this.judge(pod, false);
  }

  private judge(pod: PodWire, gone: boolean): void {
    const { uid } = pod.metadata;
    const before = this.told.get(uid);
    const after = gone ? undefined : replicaOfPod(pod, (name) => this.bindingOf(name), this.rules);
    if (before !== undefined && (after === undefined || isAnother(before, after))) {
      this.told.delete(uid);
      this.listener({ type: 'gone', replica: before });
    }
    if (after === undefined) return;
    this.told.set(uid, after);
    this.listener({ type: 'present', replica: after });
  }
}

/** Of another workload, or at another address: connections to the old one end. */
const isAnother = (before: Replica, after: Replica): boolean =>
  before.project !== after.project ||
  before.workload !== after.workload ||
  before.workloadId !== after.workloadId ||
  (before.address !== undefined && before.address !== after.address);
