import { maybe } from '@tessera/kernel';
import type { Fields } from './wire/json';
import type { ResourceKind } from './resources';

/** One field that is wrong, as in `details.causes` of a Status. */
export interface FieldProblem {
  readonly field: string;
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueDuplicate'
    | 'FieldValueForbidden'
    | 'FieldValueNotSupported'
    | 'FieldValueNotFound'
    | 'FieldValueTooLong';
  readonly message: string;
}

/** A failure in the form of the Kubernetes API; `body` is the Status object. */
export class StatusError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details?: Fields,
  ) {
    // A response and no fault: thousands a second ask for missing objects, and the stack is the expensive part of an
    // error.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'StatusError';
  }

  get body(): Fields {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...maybe('details', this.details),
      code: this.code,
    };
  }
}

const qualified = (resource: ResourceKind): string =>
  resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;

const detailsOf = (resource: ResourceKind, name: string): Fields => ({
  ...(name === '' ? {} : { name }),
  ...(resource.group === '' ? {} : { group: resource.group }),
  kind: resource.plural,
});

export const notFound = (resource: ResourceKind, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${qualified(resource)} "${name}" not found`, detailsOf(resource, name));

export const alreadyExists = (resource: ResourceKind, name: string): StatusError =>
  new StatusError(
    409,
    'AlreadyExists',
    `${qualified(resource)} "${name}" already exists`,
    detailsOf(resource, name),
  );

/** A conflict; the standard text asks the client to retry with the latest version. */
export const conflict = (
  resource: ResourceKind,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): StatusError =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    detailsOf(resource, name),
  );

/** A failed precondition of a deletion; the server names the kind there, not the resource. */
export const preconditionFailed = (
  { kind, group }: ResourceKind,
  name: string,
  what: 'UID' | 'ResourceVersion',
  wanted: string,
  found: string,
): StatusError =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${kind}${group === '' ? '' : `.${group}`} "${name}": the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}). The object might have been ${what === 'UID' ? 'deleted and then recreated' : 'modified'}`,
    { name, ...(group === '' ? {} : { group }), kind },
  );

export const forbidden = (
  resource: ResourceKind,
  name: string,
  why: string,
  causes?: Fields[],
): StatusError =>
  new StatusError(403, 'Forbidden', `${qualified(resource)} "${name}" is forbidden: ${why}`, {
    ...detailsOf(resource, name),
    ...maybe('causes', causes),
  });

export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message);

export const expired = (message: string): StatusError => new StatusError(410, 'Expired', message);

/** 422 with every invalid field. */
export function invalid(
  subject: { readonly kind: string; readonly group: string },
  name: string,
  problems: readonly FieldProblem[],
): StatusError {
  const reported = problems.map((problem) => `${problem.field}: ${problem.message}`);
  const text = reported.length === 1 ? reported[0] : `[${reported.join(', ')}]`;
  return new StatusError(
    422,
    'Invalid',
    `${subject.kind}${subject.group === '' ? '' : `.${subject.group}`} "${name}" is invalid: ${text}`,
    {
      ...(name === '' ? {} : { name }),
      ...(subject.group === '' ? {} : { group: subject.group }),
      kind: subject.kind,
      causes: problems.map(({ reason, message, field }) => ({ reason, message, field })),
    },
  );
}

export const methodNotAllowed = (): StatusError =>
  new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );

export const unknownResource = (): StatusError =>
  new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});

export const unauthorized = (): StatusError => new StatusError(401, 'Unauthorized', 'Unauthorized');

export const unsupportedMediaType = (supported: readonly string[]): StatusError =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${supported.join(', ')}`,
  );

export const required = (field: string, why = ''): FieldProblem => ({
  field,
  reason: 'FieldValueRequired',
  message: why === '' ? 'Required value' : `Required value: ${why}`,
});

export const invalidValue = (field: string, value: unknown, why: string): FieldProblem => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value) ?? 'null'}: ${why}`,
});

export const duplicate = (field: string, value: unknown): FieldProblem => ({
  field,
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${JSON.stringify(value)}`,
});

export const forbiddenField = (field: string, why: string): FieldProblem => ({
  field,
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${why}`,
});

export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldProblem => ({
  field,
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((item) => `"${item}"`).join(', ')}`,
});

export const fieldNotFound = (field: string, value: unknown): FieldProblem => ({
  field,
  reason: 'FieldValueNotFound',
  message: `Not found: ${JSON.stringify(value)}`,
});
