import type { z } from 'zod';
import { quickParse, REFUSED, sizeOf } from './quick-parse';

type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * What is wrong with the shape of a value, in the words of the schema, and no more than `most` of it: a schema asked for
 * everything has something to say of every item of a list, however long. Looks only where {@link quickParse} refuses, so
 * the time it takes grows with the value and not with what is wrong with it.
 */
export function shapeIssues(schema: Schema, value: unknown, most: number): readonly Issue[] {
  const found: Issue[] = [];
  reconcile(
    schema as z.core.$ZodTypes,
    value,
    [],
    (issue) => found.length < most && found.push(issue) < most,
  );
  return found;
}

/** Gives false once enough is told; `tell` says so. */
function reconcile(
  schema: z.core.$ZodTypes,
  value: unknown,
  path: Path,
  tell: (issue: Issue) => boolean,
): boolean {
  if (quickParse(schema, value) !== REFUSED) return true;
  const { def } = schema._zod;
  const size = sizeOf(def.checks ?? []);
  switch (def.type) {
    case 'optional':
    case 'nullable':
      if (value === undefined || value === null) return bySchema(schema, value, path, tell);
      return reconcile(def.innerType as z.core.$ZodTypes, value, path, tell);
    case 'array':
      if (!Array.isArray(value) || size === undefined) return bySchema(schema, value, path, tell);
      if (value.length > size.most) return tell(tooLong(value, size.most, path));
      return (value as readonly unknown[]).every((item, at) =>
        reconcile(def.element as z.core.$ZodTypes, item, [...path, at], tell),
      );
    case 'object':
      if (!isObject(value) || def.checks?.length) return bySchema(schema, value, path, tell);
      return Object.entries(def.shape).every(([name, field]) =>
        reconcile(field as z.core.$ZodTypes, value[name], [...path, name], tell),
      );
    default:
      return bySchema(schema, value, path, tell);
  }
}

/** One field, which says by itself what it has to say. */
function bySchema(schema: Schema, value: unknown, path: Path, tell: (issue: Issue) => boolean): boolean {
  const result = (schema as z.ZodType).safeParse(value, { reportInput: true });
  return (result.error?.issues ?? []).every((issue) => tell({ ...issue, path: [...path, ...issue.path] }));
}

const tooLong = (input: readonly unknown[], maximum: number, path: Path): Issue => ({
  code: 'too_big',
  origin: 'array',
  maximum,
  inclusive: true,
  input,
  path: [...path],
  message: `must have at most ${maximum} items`,
});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
