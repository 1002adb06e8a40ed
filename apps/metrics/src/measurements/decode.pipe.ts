import type { PipeTransform } from '@nestjs/common';

/** Checks and decodes an input with a function that throws an `HttpError` for a wrong one. */
export class DecodePipe<T> implements PipeTransform<unknown, T> {
  constructor(private readonly decode: (value: unknown) => T) {}

  transform(value: unknown): T {
    return this.decode(value);
  }
}
