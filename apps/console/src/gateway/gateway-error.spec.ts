import { refusalOf } from './gateway-error';

const NONE = new Headers();

describe('a refusal of the gateway', () => {
  it.each([
    [
      '{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}',
      'The model `x` does not exist',
    ],
    ['{"error":"overloaded","error_type":"overloaded"}', 'overloaded'],
    [
      '{"code":503,"message":"No replica became ready in time","details":"no node"}',
      'No replica became ready in time: no node',
    ],
    [
      '{"code":404,"message":"The project has no workload with this name"}',
      'The project has no workload with this name',
    ],
    ['{"detail":"Not Found"}', 'Not Found'],
    ['{"detail":[{"loc":["body"]}]}', 'It answered 400 without a message.'],
    ['upstream connect error', 'upstream connect error'],
    ['', 'It answered 400 without a message.'],
    ['null', 'null'],
  ])('has the words of %s', (text, message) => {
    expect(refusalOf(400, NONE, text).message).toBe(message);
  });

  it('says which limit or reason it was, and when to try again', () => {
    const headers = new Headers({
      'retry-after': '12',
      'x-tessera-reason': 'RequestsPerMinute',
      'x-tessera-limit': 'key/requestsPerMinute',
    });
    expect(refusalOf(429, headers, '{}')).toMatchObject({
      status: 429,
      details: 'HTTP 429 · RequestsPerMinute · key/requestsPerMinute · try again after 12 s',
      retryAfter: 12,
    });
    expect(refusalOf(401, NONE, '{}')).toMatchObject({ details: 'HTTP 401', retryAfter: undefined });
  });
});
