import { stringify } from 'yaml';

/** Who connects where. */
export interface Access {
  /** Base URL of the API server. */
  readonly url: string;
  /** Certificate authority of the server, PEM. */
  readonly ca: string;
  readonly user: string;
  readonly token: string;
}

/** A kubeconfig file that needs no other file: certificate and token stand in it. */
export function kubeconfig({ url, ca, user, token }: Access): string {
  const name = 'tessera';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user } }],
    'current-context': name,
  });
}
