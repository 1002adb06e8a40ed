import type { z } from 'zod';
import { quickParse, REFUSED, sizeOf } from '@tessera/contracts-parsing';

type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Shape errors of a value with the messages of the schema, at most `most` of them: the schema itself would report every
 * item of a list of any length. Checks only the parts that {@link quickParse} refuses, so its time depends on the size
 * of the value and not on the number of errors.
 */
export function shapeIssues(schema: Schema, value: unknown, most: number): readonly Issue[] {
  const found: Issue[] = [];
  collect(schema as z.core.$ZodTypes, value, [], (issue) => found.length < most && found.push(issue) < most);
  return found;
}

/** Returns false once there are enough errors, as reported by `report`. */
function collect(
  schema: z.core.$ZodTypes,
  value: unknown,
  path: Path,
  report: (issue: Issue) => boolean,
): boolean {
  if (quickParse(schema, value) !== REFUSED) return true;
  const { def } = schema._zod;
  const size = sizeOf(def.checks ?? []);
  switch (def.type) {
    case 'optional':
    case 'nullable':
      if (value === undefined || value === null) return bySchema(schema, value, path, report);
      return collect(def.innerType as z.core.$ZodTypes, value, path, report);
    case 'array':
      if (!Array.isArray(value) || size === undefined) return bySchema(schema, value, path, report);
      if (value.length > size.most) return report(tooLong(value, size.most, path));
      return (value as readonly unknown[]).every((item, at) =>
        collect(def.element as z.core.$ZodTypes, item, [...path, at], report),
      );
    case 'object':
      if (!isObject(value) || def.checks?.length) return bySchema(schema, value, path, report);
      return Object.entries(def.shape).every(([name, field]) =>
        collect(field as z.core.$ZodTypes, value[name], [...path, name], report),
      );
    default:
      return bySchema(schema, value, path, report);
  }
}

/** Errors of one field, reported by its own schema. */
function bySchema(schema: Schema, value: unknown, path: Path, report: (issue: Issue) => boolean): boolean {
  const result = (schema as z.ZodType).safeParse(value, { reportInput: true });
  return (result.error?.issues ?? []).every((issue) => report({ ...issue, path: [...path, ...issue.path] }));
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
