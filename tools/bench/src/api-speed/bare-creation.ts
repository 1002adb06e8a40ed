import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';

/** Every table that a creation writes to, with the column that names the workload; the columns that Postgres fills are left out. */
const TABLES = [
  { table: 'workloads', key: 'id', filled: [] },
  { table: 'workload_records', key: 'workload_id', filled: ['seq'] },
  { table: 'outbox', key: 'key', filled: ['id', 'created_at', 'published_at'] },
  { table: 'revisions', key: 'workload_id', filled: [] },
  { table: 'audit_log', key: 'target', filled: ['seq'] },
] as const;
/** Columns whose value must be new in every row. */
const UNIQUE = [
  { table: 'workload_records', column: 'id' },
  { table: 'revisions', column: 'id' },
];

interface Insert {
  readonly name: string;
  readonly text: string;
  /** Text of each value in the model's rows, and whether it is an id of its own. */
  readonly values: readonly {
    readonly text: string | null;
    readonly fresh: boolean;
    readonly names: boolean;
  }[];
  readonly specAt: number;
}

export interface Model {
  readonly id: string;
  readonly name: string;
  readonly inserts: readonly Insert[];
}

/** Reads what a creation wrote: the rows that the bare route writes again, under other ids and names. */
export async function readModel(pool: Pool, id: string): Promise<Model> {
  const inserts: Insert[] = [];
  for (const { table, key, filled } of TABLES) {
    const columns = await columnsOf(pool, table, filled);
    const { rows } = await pool.query<(string | null)[]>({
      text: `select ${columns.map((column) => `${column}::text`).join(', ')} from api.${table} where ${key}::text = $1`,
      values: [id],
      rowMode: 'array',
    });
    if (rows.length === 0) throw new Error(`the creation of ${id} wrote nothing to api.${table}`);
    inserts.push(insertOf(table, columns, rows));
  }
  const named = await pool.query<{ name: string }>('select name from api.workloads where id = $1', [id]);
  const name = named.rows[0]?.name ?? '';
  return { id, name, inserts: inserts.map((insert) => withNames(insert, [id, name])) };
}

async function columnsOf(pool: Pool, table: string, filled: readonly string[]): Promise<readonly string[]> {
  const { rows } = await pool.query<{ column_name: string }>(
    `select column_name from information_schema.columns
     where table_schema = 'api' and table_name = $1 order by ordinal_position`,
    [table],
  );
  return rows.map((row) => row.column_name).filter((column) => !filled.includes(column));
}

function insertOf(table: string, columns: readonly string[], rows: readonly (string | null)[][]): Insert {
  const places = rows.map(
    (row, line) => `(${row.map((_, at) => `$${line * columns.length + at + 1}`).join(', ')})`,
  );
  const isFresh = (at: number): boolean =>
    UNIQUE.some((one) => one.table === table && one.column === columns[at]);
  return {
    name: `bare ${table}`,
    text: `insert into api.${table} (${columns.join(', ')}) values ${places.join(', ')}`,
    values: rows.flatMap((row) => row.map((text, at) => ({ text, fresh: isFresh(at), names: false }))),
    specAt: table === 'workloads' ? columns.indexOf('spec') : -1,
  };
}

const withNames = (insert: Insert, names: readonly string[]): Insert => ({
  ...insert,
  values: insert.values.map((value) => ({
    ...value,
    names: names.some((name) => value.text?.includes(name) === true),
  })),
});

/** Writes the rows of one creation in one transaction, as anybody would: one statement per table, prepared. */
export async function writeCreation(pool: Pool, model: Model, name: string, spec: unknown): Promise<string> {
  const id = randomUUID();
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const insert of model.inserts) await write(client, insert, model, { id, name, spec });
    await client.query('commit');
    return id;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

async function write(
  client: PoolClient,
  { name, text, values, specAt }: Insert,
  model: Model,
  own: { readonly id: string; readonly name: string; readonly spec: unknown },
): Promise<void> {
  const filled = values.map((value, at) => {
    if (value.fresh) return randomUUID();
    if (at === specAt) return JSON.stringify(own.spec);
    return value.names
      ? value.text?.replaceAll(model.id, own.id).replaceAll(model.name, own.name)
      : value.text;
  });
  await client.query({ name, text, values: filled });
}
