import { maybe } from '@tessera/kernel';
import { types, type CustomTypesConfig, type Pool, type PoolClient } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';

/** A prepared statement, which each connection parses and plans once; the name identifies the text. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** The connection pool of typeorm, for hot statements that typeorm would slow down. */
export const poolOf = (dataSource: DataSource): Pool =>
  (dataSource.driver as unknown as { readonly master: Pool }).master;

/** The connection of a typeorm transaction. */
export async function connectionOf({ queryRunner }: EntityManager): Promise<PoolClient> {
  if (queryRunner === undefined) throw new Error('the entity manager is not in a transaction');
  return (await queryRunner.connect()) as PoolClient;
}

/** The rows of a prepared statement. */
export async function rowsOf<R extends object>(
  on: Pool | PoolClient,
  { name, text }: Prepared,
  values: readonly unknown[],
  read?: CustomTypesConfig,
): Promise<readonly R[]> {
  const { rows } = await on.query<R>({
    name,
    text,
    values: values as unknown[],
    ...maybe('types', read),
  });
  return rows;
}

const { JSON: JSON_TYPE, JSONB, TIMESTAMPTZ } = types.builtins;
const same = (text: string): string => text;

/**
 * Returns JSON as text, and times as ISO 8601 text in UTC with milliseconds: for reads whose rows are sent as JSON
 * again, where parsing and serialising would be most of the work.
 */
export const AS_TEXT: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary') {
      if (oid === JSON_TYPE || oid === JSONB) return same;
      if (oid === TIMESTAMPTZ) return isoTime;
    }
    return types.getTypeParser(oid, format as 'text');
  }) as CustomTypesConfig['getTypeParser'],
};

/** Format of a session in UTC, with up to six decimals; other sessions write other offsets. */
const UTC_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;

/** Converts a Postgres time to ISO 8601, truncated to milliseconds. */
export function isoTime(text: string): string {
  const found = UTC_TIME.exec(text);
  if (found === null) return new Date(types.getTypeParser(TIMESTAMPTZ)(text) as Date).toISOString();
  return `${found[1]}T${found[2]}.${(found[3] ?? '').padEnd(3, '0').slice(0, 3)}Z`;
}
