import {
  connectKubernetes,
  Informer,
  type KubernetesConnection,
  type PodWire,
} from '@tessera/adapter-kubernetes';
import { silentLogger } from '@tessera/platform-logging';

/** Watches pods and notes when the watch first showed each of them with a node. */
export class BoundPods {
  /** When each pod was seen on a node, ms of `performance.now`; by the key that `keyOf` gives. */
  readonly at = new Map<string, number>();
  private readonly starting = new Set<string>();
  private readonly informer: Informer<PodWire>;
  private waiting: (() => void) | undefined;

  private constructor(
    readonly connection: KubernetesConnection,
    keyOf: (pod: PodWire) => string | undefined,
  ) {
    this.informer = new Informer<PodWire>({ connection, path: '/api/v1/pods', logger: silentLogger });
    this.informer.onChange(({ type, object }) => {
      this.noteStart(type, object);
      const key = keyOf(object);
      if (type === 'deleted' || key === undefined || object.spec.nodeName === undefined || this.at.has(key))
        return;
      this.at.set(key, performance.now());
      this.waiting?.();
    });
  }

  static async watch(kubeconfig: string, keyOf: (pod: PodWire) => string | undefined): Promise<BoundPods> {
    const watched = new BoundPods(connectKubernetes(kubeconfig), keyOf);
    await watched.informer.start();
    return watched;
  }

  /** Pods that are not ready yet, whatever they belong to. */
  get notReady(): number {
    return this.starting.size;
  }

  private noteStart(type: string, { metadata, status }: PodWire): void {
    const ready = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true;
    if (ready || type === 'deleted') this.starting.delete(metadata.uid);
    else this.starting.add(metadata.uid);
  }

  /** Resolves once all of these are bound; rejects after `limitMs` and says how many were. */
  async all(keys: readonly string[], limitMs: number): Promise<void> {
    let missing = keys.filter((key) => !this.at.has(key));
    const deadline = performance.now() + limitMs;
    while (missing.length > 0) {
      const left = deadline - performance.now();
      if (left <= 0)
        throw new Error(`${missing.length} of ${keys.length} pods were not bound in ${limitMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 250));
        this.waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      missing = missing.filter((key) => !this.at.has(key));
    }
    this.waiting = undefined;
  }

  async stop(): Promise<void> {
    await this.informer.stop();
    await this.connection.close();
  }
}
