import { HttpError } from './errors';
import { pathOf, routerPath } from './path';

describe('a path of untrusted segments', () => {
  it.each([
    ['plain', 'h100-pool-b-1'],
    ['with a slash', 'a/../../b'],
    ['encoded already', '%2e%2e'],
    ['with a query', 'a?b=c#d'],
  ])('leads where its segments say: %s', (_name, segment) => {
    const url = new URL(`http://kubernetes/${pathOf('nodes', segment, 'mig-config')}`);
    expect(url.pathname.split('/').slice(1).map(decodeURIComponent)).toEqual([
      'nodes',
      segment,
      'mig-config',
    ]);
    expect(url.search + url.hash).toBe('');
  });

  it.each(['..', '.', ''])('is none where a segment is "%s"', (segment) => {
    expect(() => pathOf('nodes', segment, 'mig-config')).toThrow(HttpError);
  });
});

it.each([
  ['/v1/nodes/{name}/mig-config', '/v1/nodes/:name/mig-config'],
  ['/v1/placement:simulate', '/v1/placement::simulate'],
])('the template %s is %s for the web server', (template, path) => expect(routerPath(template)).toBe(path));
