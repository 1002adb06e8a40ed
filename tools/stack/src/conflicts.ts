import { createServer } from 'node:net';
import { stopLeftBehind } from '@tessera/platform-lifecycle';
import { removeLeftNode } from '@tessera/dev-services/node';
import { join } from 'node:path';
import type { PortName } from './ports';
import type { StackSettings } from './settings';

/** Services in their stop order. A starter that was killed may have left them running. */
const LEFT_BEHIND = [
  ...['api', 'second-scheduler', 'scheduler', 'metrics'],
  ...['second-gateway', 'gateway', 'simulator'],
] as const;

/** The API server needs etcd for a clean stop, so etcd is last. */
const CLUSTER = ['kube-controller-manager', 'kube-apiserver', 'etcd'] as const;

/** Stops processes that a killed starter left running, found by the pid files in its folder. */
export async function endLeftBehind(home: string): Promise<void> {
  for (const name of LEFT_BEHIND) await stopLeftBehind(name, join(home, 'run', `${name}.pid`));
  await removeLeftNode(join(home, 'node'));
  for (const name of CLUSTER) await stopLeftBehind(name, join(home, 'kubernetes', `${name}.pid`));
  await stopLeftBehind('Postgres', join(home, 'run', 'postgres.pid'));
  await stopLeftBehind('Kafka', join(home, 'kafka', 'broker.pid'));
  await stopLeftBehind('Prometheus', join(home, 'prometheus', 'prometheus.pid'));
}

/** Throws if a required port is in use; the message names all such ports. */
export async function assertFree(settings: StackSettings): Promise<void> {
  const { ports } = settings;
  const taken: string[] = [];
  for (const name of neededPorts(settings))
    if (await isTaken(ports[name])) taken.push(`${ports[name]} (${name})`);
  if (taken.length > 0)
    throw new Error(
      `port ${taken.join(', ')} of 127.0.0.1 is in use by another program.\n` +
        `Stop that program, or move all ports of the platform with TESSERA_PORT_BASE (now ${ports.api}), for example: TESSERA_PORT_BASE=${ports.api + 100} npm start`,
    );
}

function neededPorts(settings: StackSettings): readonly PortName[] {
  const needed: PortName[] = [
    ...(['api', 'gateway', 'metrics', 'scheduler'] as const),
    ...(['apiAdmin', 'gatewayAdmin', 'metricsAdmin', 'schedulerAdmin'] as const),
  ];
  if (settings.databaseUrl === undefined) needed.push('postgres');
  if (settings.kafkaBrokers === undefined && settings.kafka !== 'embedded')
    needed.push('kafka', 'kafkaController');
  if (settings.kubeconfig === undefined) needed.push('kubernetes', 'kubelets');
  if (settings.kubernetes !== 'simulator') needed.push('controllers');
  if (settings.prometheus === 'real') needed.push('prometheus');
  if (settings.gateways === '2') needed.push('secondGateway', 'secondGatewayAdmin');
  if (settings.schedulers === '2') needed.push('secondScheduler', 'secondSchedulerAdmin');
  return needed;
}

const isTaken = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(true));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });
