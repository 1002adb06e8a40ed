import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { HttpError } from '@tessera/platform-http';

/** Checks and decodes an input; throws 400 with the problems as details. */
export class ZodPipe<T extends z.ZodType> implements PipeTransform<unknown, z.infer<T>> {
  constructor(
    private readonly schema: T,
    /** What is refused, as a sentence for the caller. */
    private readonly refusal: string,
  ) {}

  transform(value: unknown): z.infer<T> {
    const parsed = this.schema.safeParse(value);
    if (!parsed.success) throw new HttpError(400, this.refusal, parsed.error.message);
    return parsed.data;
  }
}

/** The pipe of a request body. */
export const body = <T extends z.ZodType>(schema: T): ZodPipe<T> =>
  new ZodPipe(schema, 'The request body is invalid.');

/** The pipe of query parameters. */
export const query = <T extends z.ZodType>(schema: T): ZodPipe<T> =>
  new ZodPipe(schema, 'The query is invalid.');
