import { z } from 'zod';

/** What the reference page says of one variable. */
export interface Variable {
  readonly schema: z.ZodType;
  readonly description: string;
  /** May also be given as `<NAME>_FILE`, and is never printed. */
  readonly secret?: boolean;
}

/** Kinds of values. */
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

/** A variable of the table; a secret may be given by file as well. */
export const variable = <S extends z.ZodType>(
  schema: S,
  description: string,
  secret = false,
): { schema: S; description: string; secret: boolean } => ({
  schema,
  description,
  secret,
});
