import { randomBytes } from 'node:crypto';
import { maybe } from '@tessera/kernel';
import { dieOnUnhandled, onShutdown } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';
import { simulatorConfig } from './config';
import { keepCertificate, storedCertificate, writeKubeconfig } from '@tessera/simulation-kubernetes-api';
import { LOCAL_SEED, seedOfSize } from './seed/local';
import { startSimulator } from './simulator';

const CRASH_BACKOFF_MS = 10_000;
const REFERENCE_RETRY_MS = 1_000;

async function main(): Promise<void> {
  const config = simulatorConfig(process.env);
  const logger = createLogger('simulator', config.TESSERA_LOG_LEVEL);
  dieOnUnhandled(logger);
  const { TESSERA_HOST: host, TESSERA_SIMULATOR_NODES: nodes } = config;
  const token = config.TESSERA_SIMULATOR_TOKEN ?? randomBytes(24).toString('base64url');
  const certificateFile = config.TESSERA_SIMULATOR_CERTIFICATE;
  const certificate = certificateFile === undefined ? undefined : storedCertificate(certificateFile);
  const { api, fleet, stops } = await startSimulator({
    host,
    ...(config.TESSERA_SIMULATOR_API
      ? {
          api: {
            port: config.TESSERA_SIMULATOR_API_PORT,
            token,
            ...maybe('certificate', certificate),
          },
        }
      : {}),
    ...maybe('kubeconfig', config.TESSERA_KUBECONFIG),
    kubeletPort: config.TESSERA_SIMULATOR_KUBELET_PORT,
    seed: nodes === undefined ? LOCAL_SEED : seedOfSize(nodes),
    timing: {
      pullMs: config.TESSERA_SIMULATOR_PULL_MS,
      startMs: config.TESSERA_SIMULATOR_START_MS,
      crashBackoffMs: CRASH_BACKOFF_MS,
      referenceRetryMs: REFERENCE_RETRY_MS,
    },
    migMs: config.TESSERA_SIMULATOR_MIG_MS,
    logger,
  });
  if (api !== undefined && certificateFile !== undefined) keepCertificate(certificateFile, api.certificate);
  const out = config.TESSERA_SIMULATOR_KUBECONFIG_OUT;
  if (api !== undefined && out !== undefined)
    writeKubeconfig(out, { server: `https://${host}:${api.port}`, token, cert: api.certificate.cert });
  onShutdown(stops, logger);
  logger.info(
    { nodes: fleet.nodes.size, api: api?.port, kubelet: config.TESSERA_SIMULATOR_KUBELET_PORT },
    'simulator ready',
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
