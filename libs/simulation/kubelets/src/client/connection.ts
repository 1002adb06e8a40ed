import type { AgentOptions } from 'node:https';
import { maybe } from '@tessera/kernel';

/** Connection settings of an API server. */
export interface Connection {
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Trust and client certificate for HTTPS. */
  readonly tls?: Pick<AgentOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'>;
}

/** The current context of a kubeconfig file. Throws when the file names no cluster. */
export async function kubeconfigConnection(path: string): Promise<Connection> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(path);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error(`${path} has no current context with a cluster; set one with kubectl config`);
  const options: {
    headers?: Record<string, string>;
    ca?: string | Buffer;
    cert?: string | Buffer;
    key?: string | Buffer;
    rejectUnauthorized?: boolean;
  } = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const { headers, ca, cert, key, rejectUnauthorized } = options;
  return {
    server: cluster.server,
    headers: headers ?? {},
    tls: {
      ...maybe('ca', ca),
      ...maybe('cert', cert),
      ...maybe('key', key),
      ...maybe('rejectUnauthorized', rejectUnauthorized),
    },
  };
}
