import { z } from 'zod';
import type { ApiDocument, Operation, Schema } from './document';
import type { Received } from './send';

/** Checks every answer, whatever the request was. */
export class Verdict {
  private readonly schemas = new Map<Schema, z.ZodType>();
  private readonly definitions: Readonly<Record<string, unknown>>;

  constructor(document: ApiDocument) {
    this.definitions = local(document.components.schemas) as Readonly<Record<string, unknown>>;
  }

  /** The fault of an answer; undefined if there is none. `exact` means that the operation is known for sure. */
  of(operation: Operation, exact: boolean, method: string, answer: Received): string | undefined {
    // What cannot be read as a request is answered with a body, whatever its method was meant to be.
    if (method === 'HEAD' && 'failed' in answer && answer.failed.includes('Data after')) return undefined;
    if ('failed' in answer) return `no answer: ${answer.failed}`;
    const { status, text, headers } = answer;
    if (status >= 500) return `${status}: ${text.slice(0, 500)}`;
    if (method === 'HEAD') return undefined;
    if (status >= 300) return this.error(operation, answer.status, text);
    if (!exact) return undefined;
    const documented = operation.answers.get(status);
    if (documented === undefined) return `${status} is not an answer that the document knows`;
    const { schema, others } = documented;
    const type = headers['content-type']?.split(';')[0] ?? '';
    if (others.includes(type)) return undefined;
    if (schema === undefined)
      return text === '' ? undefined : `a body where there is none: ${text.slice(0, 200)}`;
    return this.misfit(schema, text);
  }

  private error({ id }: Operation, status: number, text: string): string | undefined {
    const found = parsed(text);
    const isOAuth = id === 'grant_token_v2' && OAuthError.safeParse(found).success;
    if (isOAuth) return undefined;
    const read = ErrorBody.safeParse(found);
    if (!read.success) return `${status} without the error body: ${text.slice(0, 300)}`;
    if (read.data.code !== status) return `${status} with the code ${read.data.code}`;
    return STACK.test(text) ? `${status} with a stack trace: ${text.slice(0, 500)}` : undefined;
  }

  private misfit(schema: Schema, text: string): string | undefined {
    const known = this.schemas.get(schema) ?? this.reader(schema);
    this.schemas.set(schema, known);
    const read = known.safeParse(parsed(text));
    return read.success
      ? undefined
      : `not what the document promises: ${z.prettifyError(read.error)} in ${text.slice(0, 500)}`;
  }

  private reader(schema: Schema): z.ZodType {
    return z.fromJSONSchema({ ...(local(schema) as object), $defs: this.definitions } as never);
  }
}

const ErrorBody = z.strictObject({
  code: z.int(),
  message: z.string().min(1),
  details: z.string().optional(),
});
const OAuthError = z.strictObject({ error: z.string(), error_description: z.string().optional() });
const STACK = /\n\s+at |node_modules|\.ts:\d+/;

/** References of the document as references within one schema. */
const local = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll('#/components/schemas/', '#/$defs/')) as unknown;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
