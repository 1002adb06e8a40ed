import type { Client } from 'pg';

/** Copies a workload so many times under names of their own, older than itself, and gives the ids of all copies. */
export async function seedWorkloads(
  database: Client,
  modelId: string,
  count: number,
): Promise<readonly string[]> {
  const { rows: columns } = await database.query<{ column_name: string }>(
    `select column_name from information_schema.columns
     where table_schema = 'api' and table_name = 'workloads' order by ordinal_position`,
  );
  const copied = columns.map(({ column_name: column }) => COPIED[column] ?? column);
  const { rows } = await database.query<{ id: string }>(
    `insert into api.workloads select ${copied.join(', ')}
     from api.workloads, generate_series(1, $2) as n where id = $1 returning id`,
    [modelId, count],
  );
  await database.query('vacuum analyze api.workloads');
  return rows.map(({ id }) => id);
}

const COPIED: Readonly<Record<string, string>> = {
  id: 'gen_random_uuid()',
  name: `'seeded-' || n`,
  created_at: `created_at - n * interval '1 second'`,
};
