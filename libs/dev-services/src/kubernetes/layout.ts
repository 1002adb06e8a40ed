import { join } from 'node:path';

/** Files of one API server below its data folder. */
export interface Layout {
  /** Objects of the cluster. */
  readonly etcd: string;
  /** Serving certificate and key; the server makes them at its first start. */
  readonly certDir: string;
  readonly servingCert: string;
  readonly servingKey: string;
  /** Key pair that signs service account tokens. */
  readonly serviceAccountKey: string;
  /** Static tokens, CSV. */
  readonly tokens: string;
  /** For users: full rights. */
  readonly kubeconfig: string;
  /** For the controller manager alone. */
  readonly controllerManagerKubeconfig: string;
  /** Output of a program, by its name. */
  readonly logOf: (program: string) => string;
  readonly pidFileOf: (program: string) => string;
}

export function layoutOf(dataDir: string): Layout {
  const certDir = join(dataDir, 'certificates');
  return {
    etcd: join(dataDir, 'etcd'),
    certDir,
    servingCert: join(certDir, 'apiserver.crt'),
    servingKey: join(certDir, 'apiserver.key'),
    serviceAccountKey: join(dataDir, 'service-account.key'),
    tokens: join(dataDir, 'tokens.csv'),
    kubeconfig: join(dataDir, 'kubeconfig.yaml'),
    controllerManagerKubeconfig: join(dataDir, 'controller-manager.yaml'),
    logOf: (program) => join(dataDir, `${program}.log`),
    pidFileOf: (program) => join(dataDir, `${program}.pid`),
  };
}
