import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';

/** A statement that each connection parses and plans once; the name stands for the text. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** The pool of connections that typeorm holds: for the statements of every request, which it would only slow down. */
export const poolOf = (dataSource: DataSource): Pool =>
  (dataSource.driver as unknown as { readonly master: Pool }).master;

/** The rows of a prepared statement. */
export async function rowsOf<R extends object>(
  on: Pool | PoolClient,
  { name, text }: Prepared,
  values: readonly unknown[],
): Promise<readonly R[]> {
  return (await on.query<R>({ name, text, values: values as unknown[] })).rows;
}
