import type { EntitySchemaColumnOptions, ValueTransformer } from 'typeorm';

/** Times are ISO 8601 text in UTC with milliseconds, as everywhere outside the database. */
const ISO_TIME: ValueTransformer = {
  from: (stored: Date | string | null) => (stored instanceof Date ? stored.toISOString() : stored),
  to: (time: unknown) => time,
};
/** A `bigint` whose values are small enough to be exact in a number; the driver reads it as text. */
const NUMBER: ValueTransformer = {
  from: (stored: string | null) => (stored === null ? null : Number(stored)),
  to: (value: unknown) => value,
};

type Options = Partial<EntitySchemaColumnOptions>;

export const text = (options: Options = {}) => ({ type: 'text', ...options }) as const;
export const uuid = (options: Options = {}) => ({ type: 'uuid', ...options }) as const;
export const integer = (options: Options = {}) => ({ type: 'integer', ...options }) as const;
export const double = (options: Options = {}) => ({ type: 'double precision', ...options }) as const;
export const boolean = (options: Options = {}) => ({ type: 'boolean', ...options }) as const;
/** Comes back exactly as it was written, unlike `jsonb`. */
export const json = (options: Options = {}) => ({ type: 'json', ...options }) as const;
export const jsonb = (options: Options = {}) => ({ type: 'jsonb', ...options }) as const;
export const bytes = (options: Options = {}) => ({ type: 'bytea', ...options }) as const;
export const time = (options: Options = {}) =>
  ({ type: 'timestamptz', transformer: ISO_TIME, ...options }) as const;
/** A `bigint` read as a number. */
export const counter = (options: Options = {}) =>
  ({ type: 'bigint', transformer: NUMBER, ...options }) as const;
/** A `bigserial`; its values stay text. */
export const serial = (options: Options = {}) =>
  ({ type: 'bigint', generated: 'increment', ...options }) as const;

export const PRIMARY = { primary: true } as const;
export const NULLABLE = { nullable: true } as const;
/** Set by the database when the row is inserted: the time of the transaction. */
export const NOW = { default: () => 'now()' } as const;
/** Set by the database when the row is inserted: the time of the statement. */
export const CLOCK = { default: () => 'clock_timestamp()' } as const;
