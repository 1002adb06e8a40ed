import {
  connectKubernetes,
  Informer,
  type KubernetesConnection,
  type PodWire,
} from '@tessera/adapter-kubernetes';
import { LABELS } from '@tessera/contracts-kubernetes';
import { silentLogger } from '@tessera/platform-logging';

/** Watches pods and notes when the watch first showed one of each workload. */
export class CreatedPods {
  /** By the id of the workload, ms of `performance.now`. */
  readonly at = new Map<string, number>();
  private readonly connection: KubernetesConnection;
  private readonly informer: Informer<PodWire>;

  constructor(kubeconfig: string) {
    this.connection = connectKubernetes(kubeconfig);
    this.informer = new Informer<PodWire>({
      connection: this.connection,
      path: '/api/v1/pods',
      labelSelector: LABELS.workloadId,
      logger: silentLogger,
    });
    this.informer.onChange(({ type, object }) => {
      const id = object.metadata.labels?.[LABELS.workloadId];
      if (type === 'added' && id !== undefined && !this.at.has(id)) this.at.set(id, performance.now());
    });
  }

  start(): Promise<void> {
    return this.informer.start();
  }

  async stop(): Promise<void> {
    await this.informer.stop();
    await this.connection.close();
  }
}
