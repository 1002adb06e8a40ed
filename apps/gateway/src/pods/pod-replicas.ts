import { Informer, type KubernetesConnection, type PodWire } from '@tessera/adapter-kubernetes';
import { LABELS, MANAGED_BY } from '@tessera/contracts-kubernetes';
import type { Logger } from '@tessera/platform-logging';
import type { ReplicaChange, ReplicaSource } from '../routing/replica';
import { replicaOfPod } from './replica-of-pod';

/** The replicas of one cluster, by list and watch over Tessera's pods in all namespaces. */
export class PodReplicas implements ReplicaSource {
  private readonly informer: Informer<PodWire>;

  constructor(connection: KubernetesConnection, logger: Logger) {
    this.informer = new Informer<PodWire>({
      connection,
      path: '/api/v1/pods',
      labelSelector: `${LABELS.managedBy}=${MANAGED_BY}`,
      logger,
    });
  }

  async start(listener: (change: ReplicaChange) => void): Promise<void> {
    this.informer.onChange(({ type, object }) => {
      const replica = replicaOfPod(object);
      if (replica !== undefined) listener({ type: type === 'deleted' ? 'gone' : 'present', replica });
    });
    await this.informer.start();
  }

  stop(): Promise<void> {
    return this.informer.stop();
  }

  notReady(): string | undefined {
    return this.informer.synced ? undefined : 'the first list of pods is not in';
  }
}
