import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type ExternalServiceKind = 'real' | 'embedded';

/** Addresses and credentials of a running local platform, for scripts and clients. */
export interface Connection {
  readonly api: string;
  readonly gateway: string;
  /** With `--gateways 2`. */
  readonly secondGateway: string | null;
  /** Ports for health and metrics, separate from the ports for callers. */
  readonly apiAdmin: string;
  readonly gatewayAdmin: string;
  readonly schedulerAdmin: string;
  readonly metrics: string;
  readonly scheduler: string;
  readonly kubernetes: string;
  readonly kubeconfig: string;
  readonly databaseUrl: string;
  readonly kafkaBrokers: string | null;
  readonly prometheusUrl: string | null;
  readonly application: { readonly id: string; readonly secret: string };
  readonly services: Readonly<
    Record<'postgres' | 'kafka' | 'kubernetes' | 'prometheus', ExternalServiceKind>
  >;
}

const fileIn = (home: string): string => join(home, 'connection.json');

/**
 * Written once everything is ready. The file appears atomically, so a script can wait for it. It holds secrets, so only
 * its owner may read it.
 */
export function writeConnection(home: string, connection: Connection): void {
  const draft = `${fileIn(home)}.draft`;
  writeFileSync(draft, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, fileIn(home));
}

/** Removes the file when the platform stops. */
export const removeConnection = (home: string): void => rmSync(fileIn(home), { force: true });
