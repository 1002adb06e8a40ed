/** Settings of the rival, from whoever starts it. */
export interface BareSettings {
  readonly databaseUrl: string;
  readonly port: number;
  readonly poolSize: number;
  /** A workload that our API created: the rival writes the same rows. */
  readonly modelId: string;
  /** Our queries: of one workload, and of the first page. */
  readonly get: { readonly name: string; readonly text: string };
  readonly list: { readonly text: string; readonly values: unknown[] };
}

const VARIABLE = 'BARE_SETTINGS';

export const bareEnvironment = (settings: BareSettings): Readonly<Record<string, string>> => ({
  [VARIABLE]: JSON.stringify(settings),
});

/** Throws when this process was not started with them. */
export function readBareSettings(): BareSettings {
  const text = process.env[VARIABLE];
  if (text === undefined) throw new Error(`${VARIABLE} is not set: npm run bench:api starts this server`);
  return JSON.parse(text) as BareSettings;
}
