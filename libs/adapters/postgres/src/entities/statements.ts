import type { EntitySchema, EntitySchemaColumnOptions, ValueTransformer } from 'typeorm';
import { columnName } from './names';

/**
 * Parts of hand-written statements, derived from the schemas of the tables, so that a column is defined in one place.
 * Rows use the names of properties in both directions: in the JSON that a statement reads, and in what it returns.
 */
export type Property<Row> = keyof Row & string;

/** The properties of a row in the order of their columns, except `without`. */
export const propertiesOf = <Row, Without extends Property<Row> = never>(
  { options }: EntitySchema<Row>,
  without: readonly Without[] = [],
) =>
  Object.keys(options.columns).filter(
    (property) => !(without as readonly string[]).includes(property),
  ) as Exclude<Property<Row>, Without>[];

/** Name of the table, with its schema. */
export const tableOf = <Row>({ options }: EntitySchema<Row>): string =>
  `${options.schema}.${options.tableName}`;

/** The names of the columns. */
export const columnNamesOf = <Row>(
  table: EntitySchema<Row>,
  properties: readonly Property<Row>[],
): string[] => properties.map((property) => nameOf(table, property));

/** The columns, as an insert lists them. */
export const columnsOf = <Row>(table: EntitySchema<Row>, properties: readonly Property<Row>[]): string =>
  columnNamesOf(table, properties).join(', ');

/** The columns under the names of their properties, as a select lists them. */
export const selected = <Row>(
  table: EntitySchema<Row>,
  properties: readonly Property<Row>[],
  alias?: string,
): string =>
  properties
    .map((property) => `${alias === undefined ? '' : `${alias}.`}${nameOf(table, property)} as "${property}"`)
    .join(', ');

/** Name and type of the properties of a JSON object, as `json_to_recordset` takes them. */
export const recordOf = <Row>(table: EntitySchema<Row>, properties: readonly Property<Row>[]): string =>
  properties.map((property) => `"${property}" ${typeOf(table, property)}`).join(', ');

/** The properties of a record, as a select lists them in an insert. */
export const valuesFrom = <Row>(record: string, properties: readonly Property<Row>[]): string =>
  properties.map((property) => `${record}."${property}"`).join(', ');

/** Assignments of an update to the properties of a record. */
export const assignedFrom = <Row>(
  record: string,
  table: EntitySchema<Row>,
  properties: readonly Property<Row>[],
): string => properties.map((property) => `${nameOf(table, property)} = ${record}."${property}"`).join(', ');

/** Assignments of an upsert to the row that was to be inserted. */
export const excluded = <Row>(table: EntitySchema<Row>, properties: readonly Property<Row>[]): string =>
  properties
    .map((property) => nameOf(table, property))
    .map((name) => `${name} = excluded.${name}`)
    .join(', ');

/** The SQL types of the columns. */
export const typesOf = <Row>(
  table: EntitySchema<Row>,
  properties: readonly Property<Row>[],
): readonly string[] => properties.map((property) => typeOf(table, property));

/** Assignments of an update to placeholders from `$first` on. */
export const assigned = <Row>(
  table: EntitySchema<Row>,
  properties: readonly Property<Row>[],
  first: number,
): string => properties.map((property, at) => `${nameOf(table, property)} = $${first + at}`).join(', ');

/** A placeholder for each property, from `$first` on. */
export const placeholders = (properties: readonly string[], first = 1): string =>
  properties.map((_property, at) => `$${first + at}`).join(', ');

/** The values of a row in the order of `properties`, JSON as text. One object in two columns is turned into text once. */
export function valuesOf<Row, P extends Property<Row>>(
  table: EntitySchema<Row>,
  properties: readonly P[],
): (row: Pick<Row, P>) => unknown[] {
  const isJson = properties.map((property) => /^jsonb?$/.test(typeOf(table, property)));
  return (row) => {
    let last: unknown;
    let lastText = '';
    return properties.map((property, at) => {
      const value: unknown = row[property];
      if (isJson[at] !== true || value === null) return value;
      if (value !== last) [last, lastText] = [value, JSON.stringify(value)];
      return lastText;
    });
  };
}

/**
 * Turns a row as the driver read it under the names of {@link selected} into one of the table: the same object, with its
 * times as text and its counters as numbers.
 */
export function readerOf<Row, P extends Property<Row>>(
  table: EntitySchema<Row>,
  properties: readonly P[],
): (row: object) => Pick<Row, P> {
  const transformed = properties.flatMap((property) => {
    const { transformer } = optionsOf(table, property);
    return transformer === undefined ? [] : [[property, transformer as ValueTransformer] as const];
  });
  return (row) => {
    const values = row as Record<string, unknown>;
    for (const [property, { from }] of transformed)
      values[property] = (from as (value: unknown) => unknown)(values[property]);
    return row as Pick<Row, P>;
  };
}

function optionsOf<Row>({ options }: EntitySchema<Row>, property: Property<Row>): EntitySchemaColumnOptions {
  const column = options.columns[property];
  if (column === undefined) throw new Error(`${options.name} has no column for ${property}`);
  return column;
}

const nameOf = <Row>(table: EntitySchema<Row>, property: Property<Row>): string =>
  optionsOf(table, property).name ?? columnName(property);

function typeOf<Row>(table: EntitySchema<Row>, property: Property<Row>): string {
  const { type, array } = optionsOf(table, property);
  return `${String(type)}${array === true ? '[]' : ''}`;
}
