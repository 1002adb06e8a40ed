import type { StubCluster } from '@tessera/testing-services/stub-cluster';
import type { RunningPod } from './model-server';

/** Most pods of a workload, and of them those that never go, so that requests find one. */
const MOST = 6;
const LASTING = 2;

/** The pods of one workload, which come and go. */
export class ComingAndGoing {
  private readonly pods = new Map<string, RunningPod>();
  private made = 0;

  constructor(
    private readonly cluster: StubCluster,
    private readonly workload: { readonly name: string; readonly id: string },
    private readonly start: () => Promise<RunningPod>,
  ) {}

  /** Adds a pod, or takes one away: with its connections cut, or only after its requests. */
  async change(random: () => number): Promise<void> {
    const names = [...this.pods.keys()];
    if (names.length < MOST && (names.length <= LASTING || random() < 0.5)) return this.add();
    const [name] = names.slice(LASTING);
    if (name !== undefined) this.remove(name, random() < 0.5);
  }

  async add(): Promise<void> {
    this.made += 1;
    const uid = `pod-${this.workload.name}-${this.made}`;
    const pod = await this.start();
    // Names come back, as those of replicas do; the series of a name stay for minutes.
    const name = this.free();
    this.pods.set(name, pod);
    this.cluster.addPod(this.workload, { name, uid, address: pod.address });
  }

  removeAll(): void {
    for (const name of [...this.pods.keys()]) this.remove(name, true);
  }

  private free(): string {
    for (let index = 0; ; index += 1) {
      const name = `${this.workload.name}-${index}`;
      if (!this.pods.has(name)) return name;
    }
  }

  private remove(name: string, cut: boolean): void {
    const pod = this.pods.get(name);
    this.pods.delete(name);
    this.cluster.removePod(name);
    pod?.stop(cut);
  }
}
