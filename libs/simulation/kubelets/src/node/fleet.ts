import { timestamp } from '../timestamp';
import { ANNOTATIONS } from '@tessera/contracts-kubernetes';
import { pause, retry } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { Informer } from '../client/informer';
import {
  collectionPath,
  isAlreadyExists,
  type KubeApi,
  objectPath,
} from '@tessera/simulation-kubernetes-api/client';
import { type NodeSeed } from './node-seed';
import { isTerminal, type Pod } from '@tessera/simulation-kubernetes-api/wire';
import { AddressPool } from '../pod/addresses';
import { rejection } from './admission';
import { DeviceManager, devicesOf, type Device } from './devices';
import { EventRecorder } from '../objects/events';
import { deviceLabels, gpuResources, gpusOf, strategyOf } from './node-gpus';
import { nodeConditions, nodeObject, resources, type KubeletAddress } from './node-object';
import type { PodHost, PodTiming } from '../pod/pod-host';
import { NO_DEVICE } from '../pod/pod-status';
import { PodWorker } from '../pod/pod-worker';
import { References } from '../objects/references';

/** One simulated node with its pods and devices. */
export interface SimulatedNode {
  /** Its GPUs change when they are repartitioned. */
  seed: NodeSeed;
  devices: readonly Device[];
  allocatable: Readonly<Record<string, string>>;
  readonly host: PodHost;
  readonly workers: Map<string, PodWorker>;
  /** False while the node simulates a failure: no heartbeats, nothing new is started. */
  alive: boolean;
}

export interface FleetOptions {
  readonly client: KubeApi;
  readonly nodes: readonly NodeSeed[];
  readonly address: KubeletAddress;
  readonly timing: PodTiming;
  readonly logger: Logger;
}

const LEASE_SECONDS = 40;
const IN_FLIGHT = 16;
/** Leases are renewed every ten seconds; with very many nodes less often, but well within their length. */
const heartbeatMs = (nodes: number): number => Math.min(30_000, Math.max(10_000, nodes * 6));
/** Spreads heartbeats over the period, ms, instead of sending all at once. */
const BEAT_MS = 100;

/** All simulated kubelets of the process: they register nodes, renew leases and run the pods bound to them. */
export class Fleet {
  readonly nodes = new Map<string, SimulatedNode>();
  private readonly pods: Informer<Pod>;
  private readonly references: References;
  private readonly stopping = new AbortController();
  private registered = false;
  private beating: Promise<void> = Promise.resolve();

  constructor(private readonly options: FleetOptions) {
    const { client, logger } = options;
    this.references = new References(client, logger);
    const shared = {
      client,
      logger,
      events: new EventRecorder(client, logger),
      references: this.references,
      addresses: new AddressPool(options.address.port),
    };
    for (const seed of options.nodes) this.nodes.set(seed.name, this.simulated(seed, shared));
    // One watch for all nodes instead of one per node: the same events, a fraction of the connections.
    this.pods = new Informer<Pod>(
      client,
      `${collectionPath('pods')}?fieldSelector=${encodeURIComponent('spec.nodeName!=')}`,
      { changed: (pod) => this.changed(pod), deleted: (pod) => this.deleted(pod) },
      logger,
    );
  }

  /** Why the fleet is not ready; undefined when it is. */
  get notReady(): string | undefined {
    if (!this.registered) return 'the nodes are not registered yet';
    return this.pods.hasSynced ? undefined : 'the pods are not listed yet';
  }

  get workers(): readonly PodWorker[] {
    return [...this.nodes.values()].flatMap(({ workers }) => [...workers.values()]);
  }

  /** The worker of a pod by name. */
  worker(namespace: string, name: string): PodWorker | undefined {
    return this.workers.find(
      ({ current: { metadata } }) => metadata.name === name && metadata.namespace === namespace,
    );
  }

  /** Registers every node and starts to run pods. */
  async start(): Promise<void> {
    await this.each(this.nodes.values(), ({ seed }) => this.register(seed));
    this.registered = true;
    this.references.start();
    this.pods.start();
    this.beating = this.beat();
  }

  /** Stops everything; pods stay unchanged in the API, as when a machine is switched off. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.pods.stop();
    await this.references.stop();
    await this.beating;
    await Promise.all(this.workers.map((worker) => worker.drop()));
  }

  /** Fails a node or recovers it: its Ready condition changes and its heartbeats stop. */
  async setAlive(name: string, alive: boolean): Promise<boolean> {
    const node = this.nodes.get(name);
    if (node === undefined) return false;
    node.alive = alive;
    const conditions = nodeConditions(alive, timestamp());
    await this.options.client.patch(
      `${objectPath('nodes', name)}/status`,
      { status: { conditions } },
      'strategic-merge',
    );
    if (alive) for (const pod of this.pods.objects) this.changed(pod);
    return true;
  }

  /**
   * Exchanges the hardware of a node, whose devices have other UUIDs then, and starts it again: pods that held a device
   * are not admitted any more, as kubelet does not find it, and the containers of others start again.
   */
  async exchange(name: string): Promise<boolean> {
    const node = this.nodes.get(name);
    if (node === undefined) return false;
    const { hardware = name } = node.seed;
    node.seed = { ...node.seed, hardware: `${hardware}+` };
    node.devices = devicesOf(node.seed);
    node.host.devices.replace(node.devices);
    const annotations = { [ANNOTATIONS.gpus]: JSON.stringify(gpusOf(node.seed)) };
    await this.options.client.patch(objectPath('nodes', name), { metadata: { annotations } });
    for (const worker of node.workers.values())
      if (worker.devices.length > 0) worker.evict(NO_DEVICE);
      else worker.crash(137);
    return true;
  }

  /** Whether a pod that has not ended uses a device of the node. */
  usesDevices(name: string): boolean {
    const workers = [...(this.nodes.get(name)?.workers.values() ?? [])];
    return workers.some(({ devices, current }) => devices.length > 0 && !isTerminal(current));
  }

  /** Starts the device plugin of the node with its devices, or stops it: then no device is offered. */
  async offer(name: string, there: boolean): Promise<void> {
    const node = this.nodes.get(name);
    if (node === undefined) return;
    const offered = Object.entries(gpuResources(node.seed)).map(([resource, count]) => [
      resource,
      there ? count : '0',
    ]);
    await this.setResources(node, { ...node.allocatable, ...Object.fromEntries(offered) });
  }

  /** Repartitions the devices of a node: its labels and what its device plugin offers. */
  async recut(name: string, gpus: NodeSeed['gpus']): Promise<void> {
    const node = this.nodes.get(name);
    if (node === undefined) return;
    const before = node.seed;
    const seed: NodeSeed = { ...before, gpus, migStrategy: strategyOf(before) };
    const gone = (
      was: Readonly<Record<string, string>>,
      is: Readonly<Record<string, string>>,
    ): readonly string[] => Object.keys(was).filter((key) => is[key] === undefined);
    const labels = labelsOf(seed);
    node.seed = seed;
    node.devices = devicesOf(seed);
    node.host.devices.replace(node.devices);
    await this.options.client.patch(objectPath('nodes', name), {
      metadata: {
        labels: {
          ...Object.fromEntries(gone(labelsOf(before), labels).map((key) => [key, null])),
          ...labels,
        },
        annotations: { [ANNOTATIONS.gpus]: JSON.stringify(gpusOf(seed)) },
      },
    });
    // kubelet keeps reporting a resource whose device plugin is gone, with an amount of zero.
    const nothing = gone(node.allocatable, resources(seed)).map((key) => [key, '0']);
    await this.setResources(node, { ...Object.fromEntries(nothing), ...resources(seed) });
  }

  private async setResources(node: SimulatedNode, allocatable: SimulatedNode['allocatable']): Promise<void> {
    node.allocatable = allocatable;
    const status = { allocatable, capacity: allocatable };
    const path = `${objectPath('nodes', node.seed.name)}/status`;
    await this.options.client.patch(path, { status }, 'strategic-merge');
  }

  private simulated(
    seed: NodeSeed,
    shared: Pick<PodHost, 'client' | 'logger' | 'events' | 'references' | 'addresses'>,
  ): SimulatedNode {
    const { address, timing } = this.options;
    const devices = devicesOf(seed);
    const workers = new Map<string, PodWorker>();
    const host: PodHost = {
      ...shared,
      node: seed.name,
      hostIP: address.host,
      devices: new DeviceManager(devices),
      images: new Set(),
      timing,
      admit: (pod) =>
        rejection(pod, {
          name: seed.name,
          admitted: [...workers.values()].flatMap((one) => (one.hasEnded ? [] : [one.current])),
          allocatable: node.allocatable,
        }),
    };
    const node: SimulatedNode = {
      seed,
      devices,
      allocatable: resources(seed),
      host,
      workers,
      alive: true,
    };
    return node;
  }

  private changed(pod: Pod): void {
    const node = this.nodes.get(pod.spec.nodeName ?? '');
    if (node === undefined || !node.alive) return;
    const uid = pod.metadata.uid ?? '';
    const known = node.workers.get(uid);
    if (known !== undefined) return known.update(pod);
    const worker = new PodWorker(pod, node.host);
    if (pod.metadata.deletionTimestamp !== undefined) worker.update(pod);
    else worker.start();
    node.workers.set(uid, worker);
  }

  private deleted(pod: Pod): void {
    const node = this.nodes.get(pod.spec.nodeName ?? '');
    const worker = node?.workers.get(pod.metadata.uid ?? '');
    node?.workers.delete(pod.metadata.uid ?? '');
    void worker?.drop();
  }

  private async register(seed: NodeSeed): Promise<void> {
    const { client, address } = this.options;
    const object = nodeObject(seed, address, timestamp());
    const isFinal = (): boolean => this.stopping.signal.aborted;
    await retry(
      async () => {
        try {
          await client.create(collectionPath('nodes'), { ...object });
        } catch (error) {
          if (!isAlreadyExists(error)) throw error;
          const { labels, annotations } = object.metadata;
          await client.patch(objectPath('nodes', seed.name), { metadata: { labels, annotations } });
          await client.patch(
            `${objectPath('nodes', seed.name)}/status`,
            { status: object.status },
            'strategic-merge',
          );
        }
        await this.renew(seed.name);
      },
      { firstMs: 100, maxMs: 2_000, attempts: 20, signal: this.stopping.signal, isFinal },
    );
  }

  private async beat(): Promise<void> {
    const nodes = [...this.nodes.values()];
    const turns = Math.round(heartbeatMs(nodes.length) / BEAT_MS);
    let next = performance.now();
    for (let turn = 0; ; turn = (turn + 1) % turns) {
      next += BEAT_MS;
      await pause(Math.max(0, next - performance.now()), this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      const due = nodes.filter((node, index) => node.alive && index % turns === turn);
      await this.each(due, async ({ seed: { name } }) => {
        await this.renew(name).catch((error: unknown) =>
          this.options.logger.warn({ err: error, node: name }, 'a heartbeat failed'),
        );
      });
    }
  }

  /** The node's lease in kube-node-lease, created when it is missing. */
  private async renew(name: string): Promise<void> {
    const { client } = this.options;
    const namespace = 'kube-node-lease';
    const spec = {
      holderIdentity: name,
      leaseDurationSeconds: LEASE_SECONDS,
      renewTime: new Date().toISOString().replace('Z', '000Z'),
    };
    try {
      await client.patch(objectPath('leases', name, namespace), { spec });
    } catch {
      await client.create(collectionPath('leases', namespace), {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name, namespace },
        spec,
      });
    }
  }

  /** Runs an action for these nodes, with limited concurrency. */
  private async each(
    nodes: Iterable<SimulatedNode>,
    action: (node: SimulatedNode) => Promise<void>,
  ): Promise<void> {
    const waiting = [...nodes];
    const chain = async (): Promise<void> => {
      for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) await action(node);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, chain));
  }
}

const labelsOf = (seed: NodeSeed): Record<string, string> => {
  const [first] = seed.gpus;
  return first === undefined ? {} : deviceLabels(seed, first);
};
