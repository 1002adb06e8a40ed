import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Platform } from '../platform';
import { Processes } from './inflict/processes';
import { drawFrom } from './plan/draw';
import { CLIENTS, type ClientName, type SetUp } from './plan/kinds';
import { FaultProxy } from './proxy/fault-proxy';
import { Databases } from './record/database';
import { logInKafka, logInPostgres, type WholeLog } from './record/log';
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
  readonly databases: Databases;
  readonly watch: ClusterWatch;
  readonly writes: readonly PodWrite[];
  /** Since the beginning, ms. */
  now(): number;
  wholeLog(): Promise<WholeLog>;
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
    writeFileSync(settings, JSON.stringify(serviceSettings(folder)));
    const args = ['--schedulers', '2', '--service-settings', settings];
    await platform.start([...ARGUMENTS[name], ...args], SETTINGS);
    const { databaseUrl, kubeconfig, kafkaBrokers } = platform.connection;
    const databases = new Databases(databaseUrl);
    stops.push(() => databases.close());
    began = performance.now();
    const watch = new ClusterWatch(kubeconfig, now, serviceOf);
    stops.push(() => watch.stop());
    return {
      ...{ name, platform, proxies, databases, watch, writes, now, stop },
      processes: new Processes(platform.home),
      wholeLog: () => (kafkaBrokers === null ? logInPostgres(databases) : logInKafka(kafkaBrokers)),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const serviceSettings = (folder: string): Readonly<Record<string, Readonly<Record<string, string>>>> =>
  Object.fromEntries(
    CLIENTS.map((client) => [client, { TESSERA_KUBECONFIG: join(folder, `${client}.kubeconfig`) }]),
  );

/** The local platform names the second scheduler so in the lease. */
function serviceOf(identity: string): string {
  if (identity === '') return '';
  return identity.endsWith('-second') ? 'second-scheduler' : 'scheduler';
}
