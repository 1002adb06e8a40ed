import type { Client } from 'pg';

/** What the list shows of a seeded workload, and what the fake scheduler and the events name. */
export interface SeededWorkload {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
}

/** Of a hundred workloads so many are in each phase. */
const PHASES = [
  ['Running', 78],
  ['Pending', 12],
  ['Initializing', 4],
  ['Degraded', 3],
  ['Failed', 3],
] as const;

const COPIED: Readonly<Record<string, string>> = {
  id: 'gen_random_uuid()',
  name: `(array['chat','embed','rank','vision','speech','code','guard','draft'])[1 + n % 8] || '-' || n`,
  requested_name: `(array['chat','embed','rank','vision','speech','code','guard','draft'])[1 + n % 8] || '-' || n`,
  created_at: `w.created_at - n * interval '37 seconds'`,
  created_by: `'person-' || n % 40`,
  project_id: `(select id from places where place = n % (select count(*) from places))`,
  project_name: `(select name from places where place = n % (select count(*) from places))`,
  phase: 'phases.phase',
  phase_message: `case phases.phase when 'Pending'
    then '0/1000 nodes: 640 lack ' || 0.1 * (1 + n % 9) || ' GPU on one device, 360 have an untolerated taint'
    else '' end`,
  phase_updated_at: `w.created_at - n * interval '11 seconds'`,
  allocated_milli_gpu: `case phases.phase when 'Running' then 125 * (1 + n % 8) else 0 end`,
  node_pools: `array['pool-' || n % 4]`,
};

/**
 * Copies a workload so many times, with names, projects, phases and ages of their own: rows as the platform writes them,
 * in all columns.
 */
export async function seedRows(
  database: Client,
  modelId: string,
  projectIds: readonly string[],
  count: number,
): Promise<readonly SeededWorkload[]> {
  const { rows: columns } = await database.query<{ column_name: string }>(
    `select column_name from information_schema.columns
     where table_schema = 'api' and table_name = 'workloads' order by ordinal_position`,
  );
  const copied = columns.map(({ column_name: column }) => COPIED[column] ?? `w.${column}`);
  const cases = PHASES.reduce(
    ({ text, from }, [phase, share]) => ({
      text: `${text} when n % 100 < ${from + share} then '${phase}'`,
      from: from + share,
    }),
    { text: '', from: 0 },
  ).text;
  const { rows } = await database.query<SeededWorkload>(
    `with places as (select id, name, row_number() over (order by id) - 1 as place
       from api.projects where id = any($3))
     insert into api.workloads select ${copied.join(', ')}
     from api.workloads w, generate_series(1, $2) as n, lateral (select case ${cases} end as phase) as phases
     where w.id = $1 returning id, name, project_id as "projectId"`,
    [modelId, count, projectIds],
  );
  await database.query('vacuum analyze api.workloads');
  return rows;
}
