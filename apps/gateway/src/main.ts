import { connectKubernetes } from '@tessera/adapter-kubernetes';
import { listen, trustedProxies } from '@tessera/platform-http';
import { dieOnUnhandled, Health, onShutdown } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';
import { createRegistry } from '@tessera/platform-telemetry';
import { version } from '../package.json';
import { gatewayConfig } from './config';
import { createGateway } from './gateway';
import { PodReplicas } from './pods/pod-replicas';
import { ownIssuers } from './proxy/credentials';

async function main(): Promise<void> {
  const config = gatewayConfig(process.env);
  const logger = createLogger('gateway', config.TESSERA_LOG_LEVEL);
  dieOnUnhandled(logger);
  const connection = connectKubernetes(config.TESSERA_KUBECONFIG, 'gateway');
  const { TESSERA_GATEWAY_SIMULATED_PODS: simulatedPods, TESSERA_GATEWAY_NAMESPACES: namespaces } = config;
  const gateway = createGateway({
    source: new PodReplicas(connection, logger, { simulatedPods, namespaces }),
    health: new Health(),
    registry: createRegistry('gateway', version),
    logger,
    limits: {
      holdMs: config.TESSERA_GATEWAY_HOLD_MS,
      holdLimit: config.TESSERA_GATEWAY_HOLD_LIMIT,
      holdTotal: config.TESSERA_GATEWAY_HOLD_TOTAL,
      connections: config.TESSERA_GATEWAY_CONNECTIONS,
      headMs: config.TESSERA_GATEWAY_HEAD_MS,
      idleMs: config.TESSERA_GATEWAY_IDLE_MS,
    },
    issuers: ownIssuers(
      config.TESSERA_API_PUBLIC_URL,
      config.TESSERA_OIDC_ISSUERS.map(({ issuer }) => issuer),
    ),
    trusted: trustedProxies(config.TESSERA_TRUSTED_PROXIES),
  });
  onShutdown([...gateway.stops, { name: 'cluster connection', stop: () => connection.close() }], logger);
  const { TESSERA_HOST: host, TESSERA_GATEWAY_PORT: port, TESSERA_GATEWAY_ADMIN_PORT: adminPort } = config;
  await listen(gateway.admin, adminPort, host, 'TESSERA_GATEWAY_ADMIN_PORT');
  await listen(gateway.server, port, host, 'TESSERA_GATEWAY_PORT');
  logger.info({ port, adminPort, simulatedPods }, 'gateway listens, waiting for the pods');
  await gateway.start();
  logger.info('gateway ready');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
