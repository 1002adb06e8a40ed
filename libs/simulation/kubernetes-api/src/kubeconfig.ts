import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Certificate } from './http/certificate';

/** Writes a kubeconfig for the simulated API, readable by its owner only; JSON is YAML. */
export function writeKubeconfig(
  path: string,
  { server, token, cert }: { server: string; token: string; cert: string },
): void {
  const name = 'tessera-simulator';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server, 'certificate-authority-data': Buffer.from(cert).toString('base64') } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  writePrivate(path, config);
}

/** The certificate that an earlier run stored with {@link keepCertificate}; undefined when there is none. */
export const storedCertificate = (path: string): Certificate | undefined =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Certificate) : undefined;

/** Stores certificate and key for the next run, readable by the owner only. */
export const keepCertificate = (path: string, certificate: Certificate): void =>
  writePrivate(path, certificate);

function writePrivate(path: string, content: object): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}
