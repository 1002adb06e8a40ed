import { types, type CustomTypesConfig, type Pool, type PoolClient } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';

/** A statement that each connection parses and plans once; the name stands for the text. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** The pool of connections that typeorm holds: for the statements of every request, which it would only slow down. */
export const poolOf = (dataSource: DataSource): Pool =>
  (dataSource.driver as unknown as { readonly master: Pool }).master;

/** The connection that a transaction of typeorm holds. */
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
    ...(read === undefined ? {} : { types: read }),
  });
  return rows;
}

const { JSON: JSON_TYPE, JSONB, TIMESTAMPTZ } = types.builtins;
const same = (text: string): string => text;

/**
 * Leaves JSON as the text it is, and gives times as ISO 8601 text in UTC with milliseconds: for reads whose rows go out
 * as JSON again, where parsing and writing it would be most of the work.
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

/** As a session in UTC writes it, with up to six decimals; other sessions write other offsets. */
const UTC_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;

/** ISO 8601 of a time as Postgres writes it; what is finer than a millisecond is cut off. */
export function isoTime(text: string): string {
  const found = UTC_TIME.exec(text);
  if (found === null) return new Date(types.getTypeParser(TIMESTAMPTZ)(text) as Date).toISOString();
  return `${found[1]}T${found[2]}.${(found[3] ?? '').padEnd(3, '0').slice(0, 3)}Z`;
}
