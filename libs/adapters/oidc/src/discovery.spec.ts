import { endpointIn } from './discovery';

const documentAt = (scheme: string, url: unknown) => ({
  address: `${scheme}://login.example/.well-known/openid-configuration`,
  document: { token_endpoint: url },
});
const endpoint = (scheme: string, url: unknown): string =>
  endpointIn(documentAt(scheme, url), 'token_endpoint');

describe('an endpoint in a discovery document', () => {
  it.each([
    ['https', 'https://login.example/token'],
    ['https', 'https://elsewhere.example/token'],
    ['http', 'http://login.example/token'],
    ['http', 'https://login.example/token'],
  ])('that came by %s may be %s', (scheme, url) => {
    expect(endpoint(scheme, url)).toBe(url);
  });

  it.each([
    ['https', 'http://login.example/token', 'that is not https'],
    ['https', 'javascript:alert(1)', 'that is not https'],
    ['http', 'data:text/plain,token', 'that is not https'],
    ['https', undefined, 'names no token_endpoint'],
    ['https', '/token', 'names no token_endpoint'],
    ['https', 7, 'names no token_endpoint'],
  ])('that came by %s may not be %s', (scheme, url, problem) => {
    expect(() => endpoint(scheme, url)).toThrow(problem);
  });
});
