import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type ExternalServiceKind = 'real' | 'embedded';

/** What scripts and clients need to know of a running local platform. */
export interface Connection {
  readonly api: string;
  readonly gateway: string;
  /** Health and metrics of services, which their callers do not see. */
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
 * Written when everything is ready; it appears complete, so that whoever waits for it can read it. It holds secrets: only
 * its owner may read it.
 */
export function writeConnection(home: string, connection: Connection): void {
  const draft = `${fileIn(home)}.draft`;
  writeFileSync(draft, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, fileIn(home));
}

/** The file goes with the platform. */
export const removeConnection = (home: string): void => rmSync(fileIn(home), { force: true });
