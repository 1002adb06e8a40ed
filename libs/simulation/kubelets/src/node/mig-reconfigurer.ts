import { geometryOf, migConfigLayout, MIG_MANAGER } from '@tessera/domain-mig';
import { pause } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { Informer } from '../client/informer';
import { collectionPath, type KubeApi, objectPath } from '@tessera/simulation-kubernetes-api/client';
import { type GpuSeed } from './node-seed';
import type { KubeNode } from '@tessera/simulation-kubernetes-api/wire';
import type { Fleet } from './fleet';
import { migConfigOf, PAUSED_PARTS } from './node-gpus';

/** Failures that the operator of the simulation can inject into the next change. */
export const MIG_FAULTS = ['wedge', 'fail'] as const;
export type MigFault = (typeof MIG_FAULTS)[number];

interface MigReconfigurerOptions {
  readonly client: KubeApi;
  readonly fleet: Fleet;
  /** How long a change takes, ms. */
  readonly changeMs: number;
  readonly logger: Logger;
}

/**
 * NVIDIA's mig-manager for all simulated nodes: when the label `nvidia.com/mig.config` changes, it pauses the
 * components of the GPU operator, repartitions the devices, and reports the result. It neither cordons nor drains, and
 * fails where a device is in use. A wedge leaves everything paused and pending, as in gpu-operator#2833.
 */
export class MigReconfigurer {
  private readonly nodes: Informer<KubeNode>;
  /** The last seen label, by node: the same value again is no change. */
  private readonly seen = new Map<string, string>();
  private readonly working = new Map<string, Promise<void>>();
  private readonly faults = new Map<string, MigFault>();
  private readonly stopping = new AbortController();

  constructor(private readonly options: MigReconfigurerOptions) {
    const { client, fleet, logger } = options;
    for (const { seed } of fleet.nodes.values()) this.seen.set(seed.name, migConfigOf(seed));
    this.nodes = new Informer<KubeNode>(
      client,
      collectionPath('nodes'),
      { changed: (node) => this.changed(node), deleted: () => undefined },
      logger,
    );
  }

  start(): void {
    this.nodes.start();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.nodes.stop();
    await Promise.all(this.working.values());
  }

  /** Makes the next change of this node fail in that way; false for an unknown node. */
  failNext(name: string, fault: MigFault): boolean {
    if (!this.options.fleet.nodes.has(name)) return false;
    this.faults.set(name, fault);
    return true;
  }

  private changed({ metadata: { name, labels } }: KubeNode): void {
    const config = labels?.[MIG_MANAGER.config];
    if (config === undefined || !this.seen.has(name) || this.seen.get(name) === config) return;
    this.seen.set(name, config);
    if (this.working.has(name)) return;
    const work = this.work(name)
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted)
          this.options.logger.warn({ err: error, node: name }, 'mig-manager failed');
      })
      .finally(() => this.working.delete(name));
    this.working.set(name, work);
  }

  /** Repeats until the applied value is the latest one. */
  private async work(name: string): Promise<void> {
    for (let done: string | undefined; done !== this.seen.get(name) && !this.stopping.signal.aborted;) {
      done = this.seen.get(name) ?? '';
      await this.change(name, done);
    }
  }

  private async change(name: string, config: string): Promise<void> {
    const { fleet, changeMs } = this.options;
    const node = fleet.nodes.get(name);
    const gpus = node?.seed.gpus.map((gpu) => cut(gpu, config));
    if (node === undefined || gpus === undefined || gpus.some((gpu) => gpu === undefined))
      return this.report(name, 'failed');
    if (migConfigOf(node.seed) === config) {
      await fleet.offer(name, true);
      return this.report(name, 'success', 'true');
    }
    await this.report(name, 'pending', MIG_MANAGER.paused);
    await fleet.offer(name, false);
    await pause(changeMs, this.stopping.signal);
    const fault = this.faults.get(name);
    this.faults.delete(name);
    if (this.stopping.signal.aborted || fault === 'wedge') return;
    if (fault === 'fail' || fleet.usesDevices(name)) {
      await fleet.offer(name, true);
      return this.report(name, 'failed', 'true');
    }
    await fleet.recut(
      name,
      gpus.flatMap((gpu) => gpu ?? []),
    );
    return this.report(name, 'success', 'true');
  }

  private async report(name: string, state: string, parts?: string): Promise<void> {
    const paused = parts === undefined ? [] : PAUSED_PARTS.map((part) => [part, parts] as const);
    const labels = { [MIG_MANAGER.state]: state, ...Object.fromEntries(paused) };
    await this.options.client.patch(objectPath('nodes', name), { metadata: { labels } });
  }
}

/** The device under the configuration; undefined where the configuration is unknown. */
function cut({ model, memoryMiB }: GpuSeed, config: string): GpuSeed | undefined {
  const geometry = geometryOf(model, memoryMiB);
  const layout = geometry && migConfigLayout(geometry, config);
  if (layout === undefined) return undefined;
  return { model, memoryMiB, ...(layout.mig ? { mig: [...layout.instances] } : {}) };
}
