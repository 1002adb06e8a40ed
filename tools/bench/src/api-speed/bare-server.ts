import { randomBytes } from 'node:crypto';
import fastify from 'fastify';
import { Pool } from 'pg';
import { readModel, writeCreation } from './bare-creation';
import { readBareSettings } from './bare-settings';

interface Body {
  readonly name: string;
  readonly spec: unknown;
}

/** The rival: Fastify and the driver, nothing between them; no check of who asks or of what is sent. */
async function main(): Promise<void> {
  const { databaseUrl, port, poolSize, modelId, get, list } = readBareSettings();
  const pool = new Pool({ connectionString: databaseUrl, max: poolSize, application_name: 'bare' });
  const model = await readModel(pool, modelId);
  const app = fastify();
  app.post<{ Body: Body }>('/inferences', async ({ body }) => {
    const name = `${body.name}-${randomBytes(8).toString('hex')}`;
    const workloadId = await writeCreation(pool, model, name, body.spec);
    return { name, workloadId, spec: body.spec };
  });
  app.get<{ Params: { id: string } }>('/inferences/:id', async ({ params }, reply) => {
    const { rows } = await pool.query({ ...get, values: [params.id] });
    return rows[0] ?? reply.code(404).send();
  });
  app.get('/workloads', async () => (await pool.query(list)).rows);
  process.once('SIGTERM', () => void app.close().then(() => pool.end()));
  await app.listen({ port, host: '127.0.0.1' });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
