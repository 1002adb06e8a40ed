import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { migrate } from '@tessera/adapter-postgres';
import { KubeConfig } from '@kubernetes/client-node';
import { bundle } from '@tessera/tool-build';
import { IMAGES } from '@tessera/tool-node';
import { removeConnection, writeConnection, type Connection } from './connection';
import type { PartsContext } from './part';
import { kafkaPart, kubernetesPart, postgresPart, prometheusPart } from './parts';
import { assertFree, endLeftBehind } from './taken';
import { stackSecrets } from './secrets';
import { addresses, serviceDatabases, startServices, type Parts } from './services';
import { screen } from './screen';
import type { StackSettings } from './settings';
import { Supervisor } from './supervisor';
import { takeHome } from './home-lock';

const APPS = ['api', 'scheduler', 'metrics', 'gateway', 'simulator'] as const;

/**
 * Runs the local platform until SIGINT or SIGTERM, then ends services before the parts they need. Rejects when it does
 * not come up, with everything ended that had been started.
 */
export async function runStack(settings: StackSettings, say: (line: string) => void): Promise<void> {
  const began = performance.now();
  const step = (line: string): void =>
    say(`[${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s] ${line}`);
  const supervisor = new Supervisor(step);
  const interrupted = onSignal();
  const release = takeHome(settings.home);
  // Before the reset: its files name what still runs, and a killed node has mounts there that must not be emptied.
  await endLeftBehind(settings.home);
  if (settings.reset) rmSync(settings.home, { recursive: true, force: true });
  mkdirSync(settings.home, { recursive: true });
  removeConnection(settings.home);
  try {
    const ready = comeUp(
      { settings, secrets: stackSecrets(settings.home), supervisor, say: step },
      began,
      say,
    );
    await Promise.race([ready, interrupted]);
    await interrupted;
  } finally {
    removeConnection(settings.home);
    await supervisor.stop();
    release();
    step('stopped');
  }
  process.exit(0);
}

async function comeUp(context: PartsContext, began: number, say: (line: string) => void): Promise<void> {
  const { settings, secrets, say: step } = context;
  await assertFree(settings);
  step('building the services');
  for (const app of APPS) await bundle(`apps/${app}`);
  step('starting Postgres, Kafka and the cluster (the first start takes longer)');
  const database = postgresPart(context).then(async (part) => {
    await migrate(part.address, serviceDatabases(context, part.kind));
    step('Postgres is ready');
    return part;
  });
  const said = async <T>(name: string, part: Promise<T>): Promise<T> => {
    const result = await part;
    step(`${name} is ready`);
    return result;
  };
  const [postgres, kafka, kubernetes, prometheus] = await Promise.all([
    database,
    said('Kafka', kafkaPart(context)),
    said('the cluster', kubernetesPart(context)),
    prometheusPart(context),
  ]);
  const parts: Parts = { postgres, kafka, kubernetes, prometheus };
  step('starting the services');
  await startServices(context, parts);
  const connection: Connection = {
    ...addresses(context),
    kubernetes: serverOf(kubernetes.address),
    kubeconfig: kubernetes.address,
    databaseUrl: postgres.address,
    kafkaBrokers: kafka.address,
    prometheusUrl: prometheus.address,
    application: secrets.application,
    parts: {
      postgres: postgres.kind,
      kafka: kafka.kind,
      kubernetes: kubernetes.kind,
      prometheus: prometheus.kind,
    },
  };
  writeConnection(settings.home, connection);
  // A real node pulls, and there is no registry: it has images of its own.
  const image = settings.kubernetes === 'node' ? IMAGES['model-server'] : 'model:1';
  say(screen(connection, parts, settings.home, (performance.now() - began) / 1000, image));
}

function serverOf(kubeconfig: string): string {
  const config = new KubeConfig();
  config.loadFromString(readFileSync(kubeconfig, 'utf8'));
  return config.getCurrentCluster()?.server ?? '';
}

/** npm hands a signal on that the terminal has sent us too; within this time both are one, ms. */
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
