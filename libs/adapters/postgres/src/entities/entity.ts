import { maybe } from '@tessera/kernel';
import {
  EntitySchema,
  type EntitySchemaColumnOptions,
  type EntitySchemaOptions,
  type QueryDeepPartialEntity,
} from 'typeorm';

/** Name and schema of a table, and the name under which TypeORM knows it. */
interface TableName {
  readonly name: string;
  readonly schema: 'api' | 'scheduler' | 'event_log';
  readonly tableName: string;
}

/**
 * The schema of a table with a column for every property of `Row`; a column is defined only there and in a migration.
 * Columns are in the order in which statements list them.
 */
export const entity = <Row extends object>(
  table: TableName,
  columns: Readonly<Record<keyof Row & string, EntitySchemaColumnOptions>>,
  constraints: Pick<EntitySchemaOptions<Row>, 'indices' | 'uniques' | 'checks' | 'foreignKeys'> = {},
): EntitySchema<Row> =>
  new EntitySchema<Row>({
    ...table,
    columns: columns as EntitySchemaOptions<Row>['columns'],
    ...constraints,
  });

/** A foreign key on the columns of the properties. */
export const foreignKey = (
  target: string,
  columnNames: string[],
  referencedColumnNames: string[],
  onDelete?: 'CASCADE',
) => ({ target, columnNames, referencedColumnNames, ...maybe('onDelete', onDelete) });

/**
 * Values to write: the type that TypeORM has for them refuses objects of any shape. A function returns an SQL
 * expression.
 */
export const written = <Row>(values: {
  readonly [P in keyof Row]?: Row[P] | (() => string);
}): QueryDeepPartialEntity<Row> => values as QueryDeepPartialEntity<Row>;
