import { changedQuery } from './use-list-query';

it.each([
  ['', { search: 'a b' }, 'search=a+b'],
  ['search=a&offset=50', { search: '' }, ''],
  ['search=a&offset=50', { status: 'revoked' }, 'search=a&status=revoked'],
  ['search=a', { offset: '50' }, 'search=a&offset=50'],
  ['search=a&offset=50', { offset: '0' }, 'search=a'],
  ['new=', { offset: '50' }, 'offset=50'],
])('the query %j, changed by %j, is %j', (query, change, changed) => {
  expect(changedQuery(query, change)).toBe(changed);
});
