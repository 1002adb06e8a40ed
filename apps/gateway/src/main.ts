import { connectKubernetes } from '@tessera/adapter-kubernetes';
import { listen } from '@tessera/platform-http';
import { dieOnUnhandled, Health, onShutdown } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';
import { createRegistry } from '@tessera/platform-telemetry';
import { version } from '../package.json';
import { gatewayConfig } from './config';
import { createGateway } from './gateway';
import { PodReplicas } from './pods/pod-replicas';

async function main(): Promise<void> {
  const config = gatewayConfig(process.env);
  const logger = createLogger('gateway', config.TESSERA_LOG_LEVEL);
  dieOnUnhandled(logger);
  const connection = connectKubernetes(config.TESSERA_KUBECONFIG, 'gateway');
  const gateway = createGateway({
    source: new PodReplicas(connection, logger),
    health: new Health(),
    registry: createRegistry('gateway', version),
    logger,
    holdMs: config.TESSERA_GATEWAY_HOLD_MS,
  });
  onShutdown([...gateway.stops, { name: 'cluster connection', stop: () => connection.close() }], logger);
  await listen(gateway.server, config.TESSERA_GATEWAY_PORT, config.TESSERA_HOST, 'TESSERA_GATEWAY_PORT');
  logger.info({ port: config.TESSERA_GATEWAY_PORT }, 'gateway listens, waiting for the pods');
  await gateway.start();
  logger.info('gateway ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
