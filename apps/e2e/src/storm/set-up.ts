import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Platform } from '../platform';
import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import type { EventLog } from '@tessera/application-messaging';
import { Clocks } from './inflict/clocks';
import { Processes } from './inflict/processes';
import { drawFrom, type Draw } from './plan/draw';
import { CLIENTS, SERVICES, type ClientName, type SetUp } from './plan/kinds';
import { FaultProxy } from './proxy/fault-proxy';
import { Databases } from './record/database';
import { openLog } from './record/log';
import type { PodWrite } from './record/recording';
import { ClusterWatch } from './record/watch';

const ARGUMENTS: Readonly<Record<SetUp, readonly string[]>> = {
  embedded: ['--kafka', 'embedded', '--kubernetes', 'simulator'],
  kubernetes: ['--kafka', 'real', '--kubernetes', 'real'],
};
const KUBECONFIGS: Readonly<Record<SetUp, string>> = {
  embedded: 'simulator.kubeconfig',
  kubernetes: 'kubernetes/kubeconfig.yaml',
};
const SETTINGS = { TESSERA_NODE_LOST_MS: '5000' };

/** A running platform with two schedulers, with all that a storm needs to disturb and to observe it. */
export interface StormSetUp {
  readonly name: SetUp;
  readonly platform: Platform;
  readonly processes: Processes;
  readonly proxies: Readonly<Record<ClientName, FaultProxy>>;
  readonly clocks: Clocks;
  /** A connection of its own, with all rights. */
  readonly cluster: KubernetesConnection;
  readonly log: EventLog;
  /** For choices that depend on what there is. */
  readonly draw: Draw;
  readonly databases: Databases;
  readonly watch: ClusterWatch;
  readonly writes: readonly PodWrite[];
  /** Since the beginning, ms. */
  now(): number;
  stop(): Promise<void>;
}

/** Gets what stops a platform that is about to start, and its folder. */
export type OnStarting = (stop: () => Promise<void>, home: string) => void;

/** Starts it; stops what was started when that fails. */
export async function setUpStorm(name: SetUp, seed: number, onStarting: OnStarting): Promise<StormSetUp> {
  const platform = await Platform.create();
  const stops: (() => Promise<void>)[] = [() => platform.remove()];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one().catch(() => undefined);
  };
  onStarting(stop, platform.home);
  try {
    let began = performance.now();
    const now = (): number => Math.round(performance.now() - began);
    const writes: PodWrite[] = [];
    const folder = join(platform.home, 'storm');
    mkdirSync(folder, { recursive: true });
    const proxyOf = async (client: ClientName, index: number): Promise<FaultProxy> => {
      const proxy = await FaultProxy.start({
        behind: join(platform.home, KUBECONFIGS[name]),
        kubeconfig: join(folder, `${client}.kubeconfig`),
        draw: drawFrom(seed + index),
        onPod: (namespace, pod) => writes.push({ atMs: now(), client, namespace, name: pod }),
      });
      stops.push(() => proxy.stop());
      return proxy;
    };
    const proxies = Object.fromEntries(
      await Promise.all(CLIENTS.map(async (client, index) => [client, await proxyOf(client, index)])),
    ) as Record<ClientName, FaultProxy>;
    const settings = join(folder, 'settings.json');
    const clocks = new Clocks(folder);
    writeFileSync(settings, JSON.stringify(serviceSettings(folder, clocks)));
    const args = ['--schedulers', '2', '--service-settings', settings];
    await platform.start([...ARGUMENTS[name], ...args], SETTINGS);
    const { databaseUrl, kubeconfig } = platform.connection;
    const databases = new Databases(databaseUrl);
    const cluster = connectKubernetes(kubeconfig);
    const log = openLog(platform.connection);
    for (const one of [databases, cluster, log]) stops.push(() => one.close());
    began = performance.now();
    const watch = new ClusterWatch(kubeconfig, now, serviceOf);
    stops.push(() => watch.stop());
    return {
      ...{ name, platform, proxies, clocks, cluster, log, databases, watch, writes, now, stop },
      draw: drawFrom(seed),
      processes: new Processes(platform.home),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every service has a clock of its own; clients of the API server reach it through their proxies. */
const serviceSettings = (
  folder: string,
  clocks: Clocks,
): Readonly<Record<string, Readonly<Record<string, string>>>> =>
  Object.fromEntries(
    SERVICES.map((service) => {
      const isClient = CLIENTS.some((client) => client === service);
      const through = { TESSERA_KUBECONFIG: join(folder, `${service}.kubeconfig`) };
      return [service, { ...clocks.environmentOf(service), ...(isClient ? through : {}) }];
    }),
  );

/** The local platform names the second scheduler so in the lease. */
function serviceOf(identity: string): string {
  if (identity === '') return '';
  return identity.endsWith('-second') ? 'second-scheduler' : 'scheduler';
}
