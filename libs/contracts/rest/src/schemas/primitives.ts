import { z } from 'zod';
import { ITEMS, LENGTH } from './bounds';

/** Any UUID-shaped id; version and variant are not checked. */
export const Id = z.guid().meta({ format: 'uuid' });
export const DateTime = z.iso.datetime({ offset: true });
/** Ids of projects and departments: text in answers, text or number in requests (their examples show numbers). */
export const OrgId = z
  .union([z.string().min(1).meta({ maxLength: LENGTH.id }), z.number().int()])
  .transform(String)
  .pipe(z.string().max(LENGTH.id));

/** No alternative after the digits begins with a digit, so that matching takes linear time. */
const QUANTITY = /^[+-]?[0-9.]+(?:[eEinumkKMGTP]+[-+]?[0-9]*|[-+][0-9]*)?$/;
export const Quantity = bounded(LENGTH.quantity).regex(
  QUANTITY,
  'is not a quantity; write for example 500M or 2Gi',
);

/** Text with a length limit; longer texts are rejected before any pattern runs. */
export function bounded(most: number) {
  return z.string().max(most, { abort: true });
}

/** Optional and nullable text of at least one character, as most fields of a spec are. */
export const text = (example?: string, most: number = LENGTH.name) =>
  z
    .string()
    .min(1)
    .max(most)
    .nullish()
    .meta(example === undefined ? {} : { example });
export const anyText = (example?: string, most: number = LENGTH.name) =>
  z
    .string()
    .max(most)
    .nullish()
    .meta(example === undefined ? {} : { example });
export const flag = (standard?: boolean) =>
  z
    .boolean()
    .nullish()
    .meta(standard === undefined ? {} : { default: standard });
/** A list with a limit on its items, which may be null. Unknown fields of the items are kept. */
export const items = <S extends z.ZodRawShape>(most: number, shape: S) =>
  z.array(z.looseObject(shape).nullable()).max(most).nullish();
/** A list of texts with a limit on their number. */
export const texts = (most: number, longest: number = LENGTH.name) =>
  z.array(z.string().max(longest)).max(most);
/** A nested object that keeps unknown fields. */
export const fields = <S extends z.ZodRawShape>(shape: S) => z.looseObject(shape).nullish();
export const port = z.int32().min(1).max(65_535);
/** Marks an item that only removes a policy default. */
export const exclude = { exclude: flag(false) };

const split = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : (Array.isArray(value) ? value : [value])
        .flatMap((part) => String(part).split(','))
        .map((part) => part.trim());

/** A list in the query: comma-separated, percent-encoded or with the key repeated. */
export const queryList = <S extends z.ZodType>(item: S, most: number = ITEMS.query) =>
  z.preprocess(split, z.array(item).min(1).max(most));

/** Of a repeated key with a single value, the last one is used. */
const last = (value: unknown): unknown => (Array.isArray(value) ? value.at(-1) : value);
export const querySingle = <S extends z.ZodType>(schema: S) => z.preprocess(last, schema);
/** Free text in the query. */
export const queryText = () => querySingle(z.string().max(LENGTH.name).optional());
const digits = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
export const queryInteger = (least: number, most: number, standard: number) =>
  z.preprocess(
    (value) => (value === undefined ? undefined : digits(last(value))),
    z.int().min(least).max(most).default(standard),
  );
/** The length of a page, where all of a list is given without one. */
export const queryLimit = (most: number) =>
  z.preprocess(
    (value) => (value === undefined ? undefined : digits(last(value))),
    z.int().min(1).max(most).optional(),
  );
/** A number in a path: digits only. */
export const pathInteger = z.preprocess(digits, z.int().min(1).max(2_147_483_647));
export const queryFlag = z.preprocess(
  (value) => ({ true: true, false: false })[String(last(value)).toLowerCase()] ?? last(value),
  z.boolean().optional(),
);

/** Checks that the day exists: JavaScript parses the 30th of February as the 2nd of March. */
const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && toDay(Date.parse(`${text}T00:00:00Z`)) === text;
const toDay = (time: number): string | undefined =>
  Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10);

const ZONE = /(Z|[+-]\d\d:?\d\d)$/i;

/**
 * A point in time in the query, milliseconds since the epoch: ISO 8601 with `Z`, an offset (whose `+` may have become a
 * space) or, as Python writes it, with none, which means UTC.
 */
export const queryTime = z.preprocess((value) => {
  const given = last(value);
  if (typeof given !== 'string' || !isDay(given.slice(0, 10))) return given;
  const repaired = given.replace(/ (\d\d:?\d\d)$/, '+$1').replace(/^(.{10})[ t]/, '$1T');
  const dated = repaired.includes('T') ? repaired : `${repaired}T00:00:00`;
  const time = Date.parse(ZONE.test(dated) ? dated : `${dated}Z`);
  return Number.isNaN(time) ? given : new Date(time).toISOString();
}, z.iso.datetime());
