import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, dirname, join, resolve } from 'node:path';
import {
  pause,
  startServer,
  stopLeftBehind,
  untilReady,
  type ServerProcess,
} from '@tessera/platform-lifecycle';
import { getObject } from '../kubernetes/get-object';
import { containerdConfig, kubeletConfig } from './configs';
import { addControlGroups } from './control-groups';
import { IMAGES, ociArchive } from './images';
import type { NodeInstallation } from './installation';
import { nodeLayout, type NodeLayout } from './layout';
import { takeMachine } from './lock';
import { addBridge, conflist, NETWORK, offerApiServer } from './network';
import { run } from './run';
import { DEVICE_PLUGINS, sweep } from './sweep';

/** A fake GPU. */
export interface FakeDevice {
  readonly uuid: string;
  readonly healthy: boolean;
}

export interface StartNode {
  readonly installation: NodeInstallation;
  /** Folder of this node alone. */
  readonly dataDir: string;
  readonly name: string;
  /** The API server, which listens on 127.0.0.1. */
  readonly kubeconfigPath: string;
  readonly apiServerPort: number;
  /** Port of kubelet. */
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly devices: readonly FakeDevice[];
  readonly log: (line: string) => void;
}

/** A node that runs containers. */
export interface RealNode {
  readonly name: string;
  /** Process numbers by program. */
  readonly pids: () => Readonly<Record<string, number>>;
  /** Resolves once it is stopped. A program that exits is restarted; containers survive that. */
  readonly ended: Promise<string>;
  /** Changes the devices or their health; kubelet sees it within a second. */
  setDevices(devices: readonly FakeDevice[]): void;
  /** Stops everything and removes all that it created outside its data folder. */
  stop(): Promise<void>;
}

/** Under this name `programs/fake-gpu-plugin` offers its devices. */
const DEVICE_RESOURCE = 'nvidia.com/gpu';
const READY_LIMIT_MS = 90_000;
const RESTART_PAUSE_MS = 500;
const ORDER = ['kubelet', 'fake-gpu-plugin', 'containerd'] as const;
type Program = (typeof ORDER)[number];

/**
 * Starts containerd, a device plugin with fake GPUs and kubelet on this machine, and resolves when the node is ready.
 * There is one such node per machine, because kubelet's folder of device plugins is fixed. What a killed run left
 * behind is removed first. Throws with the end of the log of the program that failed; nothing is left running then.
 */
export async function startNode(options: StartNode): Promise<RealNode> {
  const release = await takeMachine();
  const node = new Running(options, nodeLayout(resolve(options.dataDir)), release);
  try {
    await node.start();
    return node;
  } catch (error) {
    await node.stop();
    throw error;
  }
}

/** Removes what a killed run of a node with this data folder left on the machine, if anything. */
export async function removeLeftNode(dataDir: string): Promise<void> {
  const layout = nodeLayout(resolve(dataDir));
  if (!existsSync(layout.kubeletConfig)) return;
  const release = await takeMachine();
  try {
    await endLeftBehind(layout);
    await sweep(layout);
  } finally {
    await release();
  }
}

async function endLeftBehind(layout: NodeLayout): Promise<void> {
  for (const name of ORDER) await stopLeftBehind(name, layout.pidFileOf(name));
}

class Running implements RealNode {
  readonly name: string;
  readonly ended: Promise<string>;
  private readonly programs = new Map<Program, ServerProcess>();
  private readonly stopping = new AbortController();
  private readonly keeping: Promise<void>[] = [];
  private reportEnd: (how: string) => void = () => undefined;
  private stopOffering: () => Promise<void> = async () => undefined;

  constructor(
    private readonly options: StartNode,
    private readonly layout: NodeLayout,
    private readonly release: () => Promise<void>,
  ) {
    this.name = options.name;
    this.ended = new Promise((resolve) => (this.reportEnd = resolve));
  }

  readonly pids = (): Readonly<Record<string, number>> =>
    Object.fromEntries([...this.programs].map(([name, { pid }]) => [name, pid]));

  async start(): Promise<void> {
    const { layout, options } = this;
    const begun = performance.now();
    mkdirSync(layout.root, { recursive: true });
    await endLeftBehind(layout);
    await assertNoOtherKubelet();
    await sweep(layout);
    this.writeFiles();
    addControlGroups();
    await addBridge();
    this.stopOffering = await offerApiServer(options.apiServerPort);
    await this.startContainerd();
    await this.importImages();
    const plugin = ['-folder', DEVICE_PLUGINS, '-devices', layout.devices];
    await this.keep('fake-gpu-plugin', plugin, async () => undefined);
    await this.startKubelet();
    options.log(`node ${this.name} is ready after ${Math.round(performance.now() - begun)} ms`);
  }

  setDevices(devices: readonly FakeDevice[]): void {
    const partial = `${this.layout.devices}.new`;
    writeFileSync(partial, JSON.stringify(devices));
    renameSync(partial, this.layout.devices);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const name of ORDER) await this.programs.get(name)?.stop();
    await Promise.all(this.keeping);
    await this.stopOffering();
    await sweep(this.layout);
    await this.release();
    this.reportEnd('stopped');
  }

  private writeFiles(): void {
    const { layout, options } = this;
    for (const folder of [layout.cniConf, layout.images, layout.kubeletRoot, layout.podLogs, DEVICE_PLUGINS])
      mkdirSync(folder, { recursive: true });
    writeFileSync(layout.containerdConfig, containerdConfig(layout, options.installation));
    writeFileSync(join(layout.cniConf, '10-tessera.conflist'), conflist(join(layout.root, 'addresses')));
    writeFileSync(layout.kubeletConfig, kubeletConfig(layout, options.port));
    this.setDevices(options.devices);
  }

  private startContainerd(): Promise<void> {
    const { containerdConfig: config, containerdSocket } = this.layout;
    return this.keep('containerd', ['--config', config], async () => {
      if (!existsSync(containerdSocket)) throw new Error(`no ${containerdSocket} yet`);
      await answers(containerdSocket);
      await this.ctr('version');
    });
  }

  private async importImages(): Promise<void> {
    const { installation } = this.options;
    for (const [name, image] of Object.entries(IMAGES)) {
      const program = installation[name as keyof typeof IMAGES];
      await this.ctr('images', 'import', await ociArchive(this.layout.images, name, image, program));
    }
  }

  private ctr(...args: readonly string[]): Promise<string> {
    const { installation } = this.options;
    return run(installation.ctr, ['--address', this.layout.containerdSocket, '-n', 'k8s.io', ...args]);
  }

  private startKubelet(): Promise<void> {
    const { name, labels, kubeconfigPath, devices } = this.options;
    const args = [
      `--config=${this.layout.kubeletConfig}`,
      `--kubeconfig=${kubeconfigPath}`,
      `--root-dir=${this.layout.kubeletRoot}`,
      `--cert-dir=${join(this.layout.kubeletRoot, 'pki')}`,
      `--hostname-override=${name}`,
      `--node-ip=${NETWORK.host}`,
      `--node-labels=${Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(',')}`,
    ];
    return this.keep('kubelet', args, () => isReady(kubeconfigPath, name, devices.length));
  }

  /** Starts a program, and restarts it when it exits unexpectedly. */
  private async keep(name: Program, args: readonly string[], probe: () => Promise<unknown>): Promise<void> {
    const server = await this.launch(name, args);
    await untilReady(server, probe, READY_LIMIT_MS);
    this.keeping.push(this.startAgain(name, args, server));
  }

  private async startAgain(name: Program, args: readonly string[], first: ServerProcess): Promise<void> {
    const { signal } = this.stopping;
    for (let server = first; ;) {
      const how = await server.ended;
      if (signal.aborted) return;
      this.options.log(`${name} exited (${how}); restarting`);
      await pause(RESTART_PAUSE_MS, signal);
      if (signal.aborted) return;
      server = await this.launch(name, args);
      if (signal.aborted) await server.stop();
    }
  }

  private async launch(name: Program, args: readonly string[]): Promise<ServerProcess> {
    const command = this.options.installation[name];
    // containerd looks for its shim on the PATH.
    const path = [dirname(command), process.env['PATH'] ?? ''].join(delimiter);
    const [logFile, pidFile] = [this.layout.logOf(name), this.layout.pidFileOf(name)];
    const server = await startServer({ name, command, args, env: { PATH: path }, logFile, pidFile });
    this.programs.set(name, server);
    return server;
  }
}

interface NodeStatus {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly message: string;
  }[];
  readonly allocatable?: Readonly<Record<string, string>>;
}

/** Throws until the API server reports the node as ready, with this many devices. */
async function isReady(kubeconfigPath: string, name: string, devices: number): Promise<void> {
  const { status } = await getObject<{ status: NodeStatus }>(kubeconfigPath, `/api/v1/nodes/${name}`);
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True') throw new Error(`node ${name} is not ready: ${ready?.message}`);
  const offered = Number(status.allocatable?.[DEVICE_RESOURCE] ?? 0);
  if (offered < devices) throw new Error(`node ${name} offers ${offered} of ${devices} devices`);
}

/** Another kubelet would lose its device plugins to ours. */
async function assertNoOtherKubelet(): Promise<void> {
  const socket = join(DEVICE_PLUGINS, 'kubelet.sock');
  const other = await answers(socket).then(
    () => true,
    () => false,
  );
  if (other) throw new Error(`a kubelet already runs on this machine (${socket}); use a machine without one`);
}

function answers(socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket, () => {
      connection.destroy();
      resolve();
    });
    connection.once('error', reject);
  });
}
