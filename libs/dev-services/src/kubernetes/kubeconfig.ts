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

/** The kubeconfig files that we write: one cluster, one user. */
export interface Kubeconfig {
  readonly clusters: readonly [
    {
      readonly name: string;
      readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
    },
  ];
  readonly users: readonly [{ readonly name: string; readonly user: { readonly token: string } }];
}

/** A kubeconfig file that needs no other file: certificate and token stand in it. */
export function kubeconfig({ url, ca, user, token }: Access): string {
  const name = 'tessera';
  const access: Kubeconfig = {
    clusters: [
      {
        name,
        cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [{ name: user, user: { token } }],
  };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    ...access,
    contexts: [{ name, context: { cluster: name, user } }],
    'current-context': name,
  });
}
