import { takesGzip } from './console-files';

it.each([
  ['gzip, deflate, br, zstd', true],
  ['GZIP;q=0.5', true],
  ['*', true],
  ['br', false],
  ['gzip;q=0, *', false],
  ['', false],
])('takes gzip where the client accepts "%s": %s', (accepted, takes) => {
  expect(takesGzip(accepted)).toBe(takes);
});
