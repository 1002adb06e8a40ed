import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type PartKind = 'real' | 'embedded';

/** What scripts and clients need to know of a running local platform. */
export interface Connection {
  readonly api: string;
  readonly gateway: string;
  readonly metrics: string;
  readonly scheduler: string;
  readonly kubernetes: string;
  readonly kubeconfig: string;
  readonly databaseUrl: string;
  readonly kafkaBrokers: string | null;
  readonly prometheusUrl: string | null;
  readonly application: { readonly id: string; readonly secret: string };
  readonly parts: Readonly<Record<'postgres' | 'kafka' | 'kubernetes' | 'prometheus', PartKind>>;
}

const fileIn = (home: string): string => join(home, 'connection.json');

/** Written when everything is ready; it holds secrets, so only its owner may read it. */
export const writeConnection = (home: string, connection: Connection): void =>
  writeFileSync(fileIn(home), `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });

/** The file goes with the platform. */
export const removeConnection = (home: string): void => rmSync(fileIn(home), { force: true });
