import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { HttpError } from '../errors';

/** Checks and decodes an input with a function that throws an {@link HttpError} for a wrong one. */
export class DecodePipe<T> implements PipeTransform<unknown, T> {
  constructor(private readonly decode: (given: unknown) => T) {}

  transform(given: unknown): T {
    return this.decode(given);
  }
}

/** The pipe of a request body; throws 400 with the problems as details. */
export const body = <T extends z.ZodType>(schema: T): DecodePipe<z.infer<T>> =>
  decodedBy(schema, 'The request body is invalid.');

/** The pipe of query parameters; throws 400 with the problems as details. */
export const query = <T extends z.ZodType>(schema: T): DecodePipe<z.infer<T>> =>
  decodedBy(schema, 'The query is invalid.');

const decodedBy = <T extends z.ZodType>(schema: T, refusal: string): DecodePipe<z.infer<T>> =>
  new DecodePipe((given) => {
    const parsed = schema.safeParse(given);
    if (!parsed.success) throw new HttpError(400, refusal, parsed.error.message);
    return parsed.data;
  });
