import { z } from 'zod';

/** A setting: how it is parsed, and its description on the reference page. */
export interface Variable {
  readonly schema: z.ZodType;
  readonly description: string;
  /** May also be given as a file, `<NAME>_FILE`; the value is never printed. */
  readonly secret?: boolean;
}

/** Common value schemas. */
export const port = z.coerce.number().int().min(1).max(65535);
export const milliseconds = z.coerce.number().int().min(0);
export const count = z.coerce.number().int().min(0);
export const text = z.string().min(1);
export const url = z.url();
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
export const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item.length > 0),
);

/** Defines a setting of the table. A secret may also be given as a file. */
export const variable = <S extends z.ZodType>(
  schema: S,
  description: string,
  secret = false,
): { schema: S; description: string; secret: boolean } => ({
  schema,
  description,
  secret,
});
