import { z } from 'zod';

/** The error body of every endpoint but token v2. */
export const ErrorSchema = z
  .object({ code: z.int().min(100).max(599), message: z.string(), details: z.string().optional() })
  .meta({ id: 'Error', example: { code: 400, message: 'Bad request - Resource should have a name' } });

/** Documented message and description per status. */
export const ERRORS = {
  400: { message: 'Required parameter is missing', description: 'Bad request.' },
  401: { message: 'Issuer is not familiar.', description: 'Unauthorized' },
  403: { message: 'You do not have sufficient permissions.', description: 'Forbidden' },
  404: { message: 'Resource id not found.', description: 'The specified resource was not found' },
  405: {
    message: 'This method is not allowed here.',
    description: 'The path exists, but not with this method.',
  },
  409: {
    message: 'Resource with this name already exists',
    description: 'The specified resource already exists',
  },
  413: {
    message: 'Request body is too large',
    description: 'The body is larger than the limit (TESSERA_BODY_LIMIT_BYTES).',
  },
  415: {
    message: 'The encoding of the request body is not supported.',
    description: 'The body has a Content-Encoding; send it without one.',
  },
  422: {
    message: 'This Idempotency-Key was used with another body.',
    description: 'The idempotency key belongs to another request.',
  },
  429: {
    message: 'Too many requests.',
    description: 'The caller exceeded the rate limit; try again after the time in Retry-After.',
  },
  500: { message: 'Something went wrong.', description: 'Unexpected error' },
  503: { message: 'Please try again in few minutes.', description: 'Service unavailable' },
} as const;

export type ErrorStatus = keyof typeof ERRORS;
