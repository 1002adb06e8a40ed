import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { isDatabaseUnavailable } from './unavailable';

const withCode = (code: string | undefined): Error => Object.assign(new Error('failed'), { code });
const ofQuery = (code: string | undefined): Error => new QueryFailedError('select', [], withCode(code));

describe('an error', () => {
  it.each<[string, unknown]>([
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a server that shuts down', ofQuery('57P01')],
    ['a deadlock', ofQuery('40P01')],
    ['a transaction that met another one', ofQuery('40001')],
    ['a server that only reads', ofQuery('25006')],
    ['a statement that took too long', ofQuery('57014')],
    ['a lock that was waited for too long', ofQuery('55P03')],
    ['a transaction that did nothing for too long', withCode('25P03')],
    ['a server with too many connections', withCode('53300')],
    ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
    ['a server that does not answer', new Error('Query read timeout')],
    ['a connection that broke within its transaction', new QueryRunnerAlreadyReleasedError()],
    ['a full disk', ofQuery('53100')],
    ['a table that is not migrated yet', ofQuery('42P01')],
    ['a connection that broke in a query', ofQuery(undefined)],
    ['a connection that broke before', new Error('Connection terminated unexpectedly')],
  ])('of the surroundings: %s', (_case, error) => {
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a value that does not fit', ofQuery('22P02')],
    ['a reference to nothing', ofQuery('23503')],
    ['a text that no index can hold', ofQuery('54000')],
    ['a bug of a handler', new TypeError('x is undefined')],
    ['a code of JavaScript', withCode('ERR_INVALID_ARG_TYPE')],
    ['something thrown that is no error', 'text'],
  ])('of the message: %s', (_case, error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
  });
});
