import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { migrate } from '@tessera/adapter-postgres';
import { endServers } from '@tessera/platform-lifecycle';
import { IMAGES } from '@tessera/dev-services/node';
import { buildServices } from './built-services';
import { removeConnection, writeConnection, type Connection } from './home/connection';
import type { ExternalServicesContext } from './external/service';
import { kafkaService, kubernetesService, postgresService, prometheusService } from './external/services';
import { assertFree, endLeftBehind } from './conflicts';
import { stackSecrets } from './home/secrets';
import { addresses, serviceDatabases, startServices, type ExternalServices } from './services';
import { screen } from './screen';
import { serverOf } from './external/server-of';
import type { StackSettings } from './settings';
import { Supervisor } from './supervisor';
import { takeHome } from './home/home-lock';

/**
 * Runs the local platform until SIGINT or SIGTERM, then stops Tessera's services before the external services they
 * need, and exits: with 0, or with {@link NEVER_READY} if the signal came during the start. Rejects if the start fails,
 * after stopping whatever was started.
 */
export async function runStack(settings: StackSettings, print: (line: string) => void): Promise<void> {
  const began = performance.now();
  const step = (line: string): void =>
    print(`[${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s] ${line}`);
  const supervisor = new Supervisor(step);
  const interrupted = onSignal();
  const release = takeHome(settings.home);
  // Before the reset: files in the folder name processes that still run, and a killed node left mounts there.
  await endLeftBehind(settings.home);
  if (settings.reset) rmSync(settings.home, { recursive: true, force: true });
  mkdirSync(settings.home, { recursive: true });
  removeConnection(settings.home);
  let isReady = false;
  try {
    const ready = comeUp(
      { settings, secrets: stackSecrets(settings.home), supervisor, log: step },
      began,
      print,
    );
    await Promise.race([ready.then(() => (isReady = true)), interrupted]);
    await interrupted;
  } finally {
    removeConnection(settings.home);
    await supervisor.stop();
    // Processes that are still starting belong to nobody yet.
    await endServers();
    release();
    step(isReady ? 'stopped' : 'stopped before it was ready');
  }
  process.exit(isReady ? 0 : NEVER_READY);
}

async function comeUp(
  context: ExternalServicesContext,
  began: number,
  print: (line: string) => void,
): Promise<void> {
  const { settings, secrets, log: step } = context;
  await assertFree(settings);
  step('building the services');
  await buildServices();
  step('starting Postgres, Kafka and the cluster (the first start takes longer)');
  const database = postgresService(context).then(async (external) => {
    await migrate(external.address, serviceDatabases(context, external.kind));
    step('Postgres is ready');
    return external;
  });
  const reported = async <T>(name: string, external: Promise<T>): Promise<T> => {
    const result = await external;
    step(`${name} is ready`);
    return result;
  };
  const [postgres, kafka, kubernetes, prometheus] = await Promise.all([
    database,
    reported('Kafka', kafkaService(context)),
    reported('the cluster', kubernetesService(context)),
    prometheusService(context),
  ]);
  const external: ExternalServices = { postgres, kafka, kubernetes, prometheus };
  step('starting the services');
  await startServices(context, external);
  const connection: Connection = {
    ...addresses(context),
    secondGateway: settings.gateways === '2' ? `http://127.0.0.1:${settings.ports.secondGateway}` : null,
    kubernetes: serverOf(readFileSync(kubernetes.address, 'utf8')),
    kubeconfig: kubernetes.address,
    databaseUrl: postgres.address,
    kafkaBrokers: kafka.address,
    prometheusUrl: prometheus.address,
    application: secrets.application,
    services: {
      postgres: postgres.kind,
      kafka: kafka.kind,
      kubernetes: kubernetes.kind,
      prometheus: prometheus.kind,
    },
  };
  writeConnection(settings.home, connection);
  // A real node pulls images, but there is no registry: it has built-in images.
  const image = settings.kubernetes === 'node' ? IMAGES['model-server'] : 'model:1';
  print(screen(connection, external, settings.home, (performance.now() - began) / 1000, image));
}

/** Exit code of a start that a signal ended: 128 and the number of SIGINT, as shells count. */
const NEVER_READY = 130;
/** npm forwards a signal that the terminal also sends to us; signals within this time count as one, ms. */
const ONE_SIGNAL_MS = 1_500;

/** Resolves at the first signal; a later one ends the process at once. */
function onSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const take = (): void => {
      if (first !== undefined && performance.now() - first > ONE_SIGNAL_MS) process.exit(1);
      first ??= performance.now();
      resolve();
    };
    process.on('SIGINT', take);
    process.on('SIGTERM', take);
    process.on('SIGHUP', take);
  });
}
