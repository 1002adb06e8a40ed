import type { ServerResponse } from 'node:http';
import { HttpError } from '@tessera/platform-http';
import { REASON_HEADER } from '../limits/reason-header';
import { MOST_READ_BYTES } from './body/read-body';
import type { Unread } from './model-request';

/** An error of a model endpoint with a machine-readable code, and the parameter that it is about. */
export class ModelError extends HttpError {
  constructor(
    status: number,
    message: string,
    readonly code: string,
    readonly param: string | null = null,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(status, message, undefined, headers);
  }
}

/** Responses whose errors have the shape of OpenAI's API. */
const shaped = new WeakSet<ServerResponse>();

/** From now on, errors of the gateway in this response have the shape of OpenAI's API. */
export const useModelErrors = (response: ServerResponse): unknown => shaped.add(response);

/**
 * The body of an error of the gateway: in the shape of OpenAI's API after {@link useModelErrors}, else of Tessera's.
 */
export function errorBody(response: ServerResponse, error: HttpError): object {
  if (!shaped.has(response)) return error.body();
  const { status, message, details, headers } = error;
  const [type, code] = kindOf(status);
  return {
    // Clients of Anthropic's API need this member.
    type: 'error',
    error: {
      message: details === undefined ? message : `${message}: ${details}`,
      type,
      param: error instanceof ModelError ? error.param : null,
      code: error instanceof ModelError ? error.code : (headers[REASON_HEADER] ?? code),
    },
  };
}

function kindOf(status: number): readonly [type: string, code: string | null] {
  if (status === 401) return ['invalid_request_error', 'invalid_api_key'];
  if (status === 403) return ['permission_error', null];
  if (status === 404) return ['invalid_request_error', 'model_not_found'];
  if (status === 429) return ['rate_limit_error', 'rate_limit_exceeded'];
  return status < 500 ? ['invalid_request_error', null] : ['server_error', null];
}

export const modelNotFound = (model: string): HttpError =>
  new ModelError(
    404,
    `The model \`${model.slice(0, 256)}\` does not exist or you do not have access to it; GET /v1/models lists the models that you may use`,
    'model_not_found',
    'model',
  );

export const modelAmbiguous = (model: string, names: readonly string[]): HttpError =>
  new ModelError(
    400,
    `The name \`${model.slice(0, 256)}\` refers to several models; use one of ${names.join(', ')}`,
    'model_ambiguous',
    'model',
  );

export const noSuchPath = (method: string, path: string): HttpError =>
  new ModelError(
    404,
    `There is no ${method} ${path.slice(0, 256)}; models are called by POST /v1/chat/completions, /v1/completions, /v1/embeddings, /v1/responses, /v1/messages, /v1/rerank and /v1/audio/..., and listed by GET /v1/models`,
    'unknown_url',
  );

/** The error for a request whose model could not be read from its body. */
export function modelUnread(unread: Unread | undefined): HttpError {
  const most = MOST_READ_BYTES / 1024 / 1024;
  switch (unread) {
    case 'malformed':
      return new ModelError(
        400,
        'The request body is not valid; send a JSON object with "model"',
        'invalid_body',
      );
    case 'encoded':
      return new ModelError(
        415,
        'The gateway cannot read the request body; send JSON in UTF-8 or multipart/form-data, not compressed',
        'unsupported_body',
      );
    case 'too-large':
      return new ModelError(
        413,
        `The first ${most} MiB of the request body do not contain "model"; put it before long members and files`,
        'model_not_in_reach',
        'model',
      );
    case 'busy':
      return new ModelError(
        503,
        'The gateway is at its limit for large requests; retry after 5 s',
        'overloaded',
        null,
        { 'retry-after': '5' },
      );
    case undefined:
      return new ModelError(400, 'You must provide a model parameter', 'missing_required_parameter', 'model');
  }
}
