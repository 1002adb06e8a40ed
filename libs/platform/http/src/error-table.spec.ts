import { httpErrors } from './error-table';
import { HttpError } from './errors';

class QueryError extends Error {}
class SignatureError extends Error {}
class BusyError extends Error {}
class TooLargeError extends Error {}

const isDown = (error: unknown): boolean => error instanceof Error && error.message === 'connection refused';
const toHttpError = httpErrors({
  invalid: [QueryError],
  unauthenticated: [SignatureError],
  unavailable: [{ of: BusyError }, { of: isDown, details: 'the database is unavailable' }],
  own: (error) => (error instanceof TooLargeError ? new HttpError(413, 'too large', 'at most 1') : undefined),
});
const ofServer = (message: string, statusCode: number): Error =>
  Object.assign(new Error(message), { statusCode });
const ofFramework = (message: string, status: number): Error =>
  Object.assign(new Error(message), { getStatus: () => status });

describe('the response to an error', () => {
  it.each([
    ['of ours', new HttpError(409, 'taken', 'by a'), 409, 'taken', 'by a', {}],
    ['in the request', new QueryError('no such field'), 400, 'no such field', undefined, {}],
    [
      'in the token',
      new SignatureError('expired'),
      401,
      'expired',
      undefined,
      { 'www-authenticate': 'Bearer' },
    ],
    [
      'of a busy part',
      new BusyError('inside'),
      503,
      'Please try again in few minutes.',
      undefined,
      { 'retry-after': '1' },
    ],
    [
      'of the database',
      new Error('connection refused'),
      503,
      'Please try again in few minutes.',
      'the database is unavailable',
      { 'retry-after': '1' },
    ],
    ['of this service alone', new TooLargeError(), 413, 'too large', 'at most 1', {}],
    ['of the web server', ofServer('body too large', 413), 413, 'body too large', undefined, {}],
    ['of the framework', ofFramework('no such route', 404), 404, 'no such route', undefined, {}],
    ['of the web server itself', ofServer('inside', 500), 500, 'Something went wrong.', undefined, {}],
    ['that nobody foresaw', new Error('inside'), 500, 'Something went wrong.', undefined, {}],
    ['that is no error', undefined, 500, 'Something went wrong.', undefined, {}],
  ])('%s', (_title, error, status, message, details, headers) => {
    const response = toHttpError(error);
    expect([response.status, response.message, response.details, response.headers]).toEqual([
      status,
      message,
      details,
      headers,
    ]);
  });
});
