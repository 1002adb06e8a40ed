import { openApiDocument } from '@tessera/contracts-rest';
import { operationsOf, type ApiDocument } from './document';
import { Verdict } from './verdict';

const document = openApiDocument('http://localhost', '0') as unknown as ApiDocument;
const verdict = new Verdict(document);

const judge = (id: string, status: number, body: unknown, exact = true): string | undefined => {
  const operation = operationsOf(document).find((one) => one.id === id);
  if (operation === undefined) throw new Error(`there is no operation ${id}`);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return verdict.of(operation, exact, operation.method, { status, headers: {}, text, ms: 1 });
};

describe('an answer is good', () => {
  it.each([
    ['count_workloads', 200, { count: 3 }],
    ['count_workloads', 400, { code: 400, message: 'no', details: 'why' }],
    ['delete_inference', 204, ''],
    ['grant_token_v2', 401, { error: 'invalid_client' }],
  ])('%s with %s', (id, status, body) => expect(judge(id, status, body)).toBeUndefined());
});

describe('an answer is not good', () => {
  it.each([
    ['an error of ours', 'count_workloads', 500, { code: 500, message: 'x' }, /^500/],
    ['a body of another shape', 'count_workloads', 200, { count: 'many' }, /not what the document promises/],
    ['a status that is not documented', 'count_workloads', 201, { count: 1 }, /201 is not an answer/],
    ['a body where there is none', 'delete_inference', 204, '{}', /a body where there is none/],
    ['an error in another shape', 'count_workloads', 400, { error: 'Bad Request' }, /without the error body/],
    [
      'more in an error than is documented',
      'count_workloads',
      400,
      { code: 400, message: 'x', stack: 'y' },
      /without/,
    ],
    [
      'another code than the status',
      'count_workloads',
      400,
      { code: 404, message: 'x' },
      /with the code 404/,
    ],
    [
      'a stack trace',
      'count_workloads',
      400,
      { code: 400, message: 'x', details: 'at a.ts:12' },
      /stack trace/,
    ],
    [
      'an OAuth error elsewhere',
      'count_workloads',
      400,
      { error: 'invalid_client' },
      /without the error body/,
    ],
  ])('%s', (_what, id, status, body, why) => expect(judge(id, status, body)).toMatch(why));

  it('no answer at all', () => {
    const [operation] = operationsOf(document);
    if (operation === undefined) throw new Error('there is no operation');
    expect(verdict.of(operation, true, 'GET', { failed: 'socket hang up', ms: 1 })).toBe(
      'no answer: socket hang up',
    );
  });
});
