import type { z } from 'zod';

/** Service that serves a route. The caller's token is issued for it alone, for a scheduler for that of one cluster. */
export type Recipient = 'scheduler' | 'metrics';

/** A route between two of our services. */
export interface InternalRoute {
  readonly method: 'GET' | 'POST';
  /** Path template with its parameters in braces. */
  readonly path: `/internal/v1/${string}`;
  /** Audience of the service token; absent on routes that gateways sign instead. */
  readonly recipient?: Recipient;
  /** Query parameters as text; the output is what the server works with. */
  readonly query?: z.ZodObject;
  /** JSON body of the request. */
  readonly body?: z.ZodType;
  /** JSON body of the response for each status that is no error, or `text` for a stream of plain text. */
  readonly answers: Readonly<Record<number, z.ZodType | 'text'>>;
}

/** Names of the parameters of a path template. */
export type PathParameter<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameter<Rest>
  : never;

/** A value for each parameter of a path template. */
export type PathParameters<P extends string> = { readonly [Name in PathParameter<P>]: string };

/** Parameters of a path that would change it: `.` and `..` mean the same encoded or not (WHATWG URL). */
const CHANGES_PATH = new Set(['', '.', '..']);

/** A parameter that cannot be part of a path. */
export class PathParameterError extends Error {
  constructor(name: string, value: string) {
    super(`"${value}" cannot be the ${name} of a path`);
    this.name = 'PathParameterError';
  }
}

/** The path of a template with each parameter encoded. Throws {@link PathParameterError} for one that changes it. */
export const fillPath = <const P extends string>(template: P, parameters: PathParameters<P>): string =>
  template.replaceAll(/\{([^{}]+)\}/g, (_text, name: PathParameter<P>) => {
    const value: string = parameters[name];
    if (CHANGES_PATH.has(value)) throw new PathParameterError(name, value);
    return encodeURIComponent(value);
  });
