import { mkdtempSync, readFileSync, rmSync, chmodSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { holdOutbox, LOCAL, migrate, READ_WORKLOAD, workloadsStatement } from '@tessera/adapter-postgres';
import { startServer, untilReady } from '@tessera/platform-lifecycle';
import { freePorts } from '@tessera/dev-services';
import { bundle } from '@tessera/tool-build';
import { localGuardrails, localPostgres, startService } from '@tessera/tool-stack';
import { bareEnvironment } from './bare-settings';
import { seedWorkloads } from './seed';

const APPLICATION = { id: 'bench', secret: randomBytes(16).toString('hex') };
const READY_LIMIT_MS = 30_000;
/** Connections of each of the two servers to Postgres: what one process of ours opens by default. */
const POOL_SIZE = 10;
const ENTRY = '/api/v1/workloads';
/** The sample request of the reference: every field that there is. */
const REQUEST = readFileSync(
  join(__dirname, '../../../../libs/contracts/rest/fixtures/create-inference.request.json'),
  'utf8',
);

/** The list that a caller who may see everything is given by default. */
const FIRST_PAGE = [
  { seen: { all: true, tenantId: LOCAL.tenantId }, deleted: false, filters: [] },
  { order: 'asc' },
  { offset: 0, limit: 50 },
] as const;

/** Both servers on one Postgres, with so many workloads in it. */
export interface Fixture {
  readonly api: string;
  readonly bare: string;
  readonly token: string;
  /** Body of a creation. */
  readonly request: string;
  readonly ids: readonly string[];
  stop(): Promise<void>;
}

/** Brings everything up in a folder of its own; rejects with what was started ended again. */
export async function setFixture(workloads: number, log: (line: string) => void): Promise<Fixture> {
  const home = mkdtempSync(join(tmpdir(), 'tessera-bench-api-'));
  chmodSync(home, 0o711);
  const stops: (() => Promise<void>)[] = [async () => rmSync(home, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    return { ...(await comeUp(home, workloads, log, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function comeUp(
  home: string,
  workloads: number,
  log: (line: string) => void,
  stops: (() => Promise<void>)[],
): Promise<Omit<Fixture, 'stop'>> {
  const [databasePort = 0, apiPort = 0, barePort = 0, adminPort = 0] = await freePorts(4);
  log('building the API, starting Postgres');
  await bundle('apps/api');
  const postgres = await localPostgres({
    home,
    port: databasePort,
    password: randomBytes(12).toString('hex'),
  });
  stops.push(() => postgres.server.stop());
  await migrate(postgres.url);
  const database = new Client({ connectionString: postgres.url });
  await database.connect();
  stops.push(() => database.end());
  // Rows wait in the outbox, whoever wrote them: moving them to the event log is no part of what is measured.
  await holdOutbox(database, 'api');
  const api = `http://127.0.0.1:${apiPort}`;
  log('starting the API and its rival');
  const service = await startService({
    name: 'api',
    home,
    port: apiPort,
    readyPort: adminPort,
    env: {
      TESSERA_DATABASE_URL: postgres.url,
      TESSERA_DATABASE_POOL: String(POOL_SIZE),
      TESSERA_API_PORT: String(apiPort),
      TESSERA_API_ADMIN_PORT: String(adminPort),
      TESSERA_API_PUBLIC_URL: api,
      TESSERA_API_SEED: 'local',
      // The sample asks for a load balancer.
      TESSERA_GUARDRAILS_FILE: localGuardrails(home),
      TESSERA_APPLICATION_ID: APPLICATION.id,
      TESSERA_APPLICATION_SECRET: APPLICATION.secret,
    },
  });
  stops.push(() => service.stop());
  const token = await tokenOf(api);
  const modelId = await create(api, token);
  const ids = await seedWorkloads(database, modelId, workloads);
  const settings = {
    databaseUrl: postgres.url,
    port: barePort,
    poolSize: POOL_SIZE,
    modelId,
    get: READ_WORKLOAD,
    list: workloadsStatement(...FIRST_PAGE),
  };
  const bare = await startServer({
    name: 'the bare server',
    command: process.execPath,
    args: ['--import', 'tsx', join(__dirname, 'bare-server.ts')],
    env: bareEnvironment(settings),
    logFile: join(home, 'logs', 'bare.log'),
    pidFile: join(home, 'run', 'bare.pid'),
    ports: [barePort],
  });
  stops.push(() => bare.stop());
  const url = `http://127.0.0.1:${barePort}`;
  await untilReady(bare, () => answered(fetch(`${url}/inferences/${modelId}`)), READY_LIMIT_MS);
  return { api: `${api}${ENTRY}`, bare: url, token, request: REQUEST, ids };
}

async function tokenOf(api: string): Promise<string> {
  const body = { grantType: 'app_token', AppId: APPLICATION.id, AppSecret: APPLICATION.secret };
  const response = await answered(
    fetch(`${api}/api/v1/token`, { method: 'POST', body: JSON.stringify(body) }),
  );
  return ((await response.json()) as { accessToken: string }).accessToken;
}

async function create(api: string, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await answered(
    fetch(`${api}${ENTRY}/inferences`, { method: 'POST', headers, body: REQUEST }),
  );
  return ((await response.json()) as { workloadId: string }).workloadId;
}

async function answered(request: Promise<Response>): Promise<Response> {
  const response = await request;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return response;
}
