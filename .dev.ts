import { Client } from 'pg';
import { migrate } from '@tessera/adapter-postgres';
const url = process.argv[2]!;
async function main() {
  const c = new Client({ connectionString: url });
  await c.connect();
  await c.query('drop database if exists dev with (force)');
  await c.query('create database dev');
  await c.end();
  const u = new URL(url);
  u.pathname = '/dev';
  await migrate(u.toString());
  const d = new Client({ connectionString: u.toString() });
  await d.connect();
  const q = async (s: string) => {
    for (const r of (await d.query({ text: s, rowMode: 'array' })).rows) console.log(r.join(' | '));
  };
  console.log('--- constraints');
  await q(
    `select conrelid::regclass, contype, conname, pg_get_constraintdef(oid) from pg_constraint where connamespace::regnamespace::text in ('api','scheduler','event_log') and contype <> 'n' order by 1,2,3`,
  );
  console.log('--- indexes');
  await q(
    `select indexdef from pg_indexes where schemaname in ('api','scheduler','event_log') and indexname !~ '_(pkey|key)$' order by 1`,
  );
  console.log('--- defaults');
  await q(
    `select table_schema||'.'||table_name, column_name, data_type, is_nullable, column_default, generation_expression from information_schema.columns where table_schema in ('api','scheduler','event_log') order by 1, ordinal_position`,
  );
  await d.end();
}
void main();
