import { fillPath, PathParameterError } from './route';
import { INTERNAL_ROUTES } from './routes';

const { path } = INTERNAL_ROUTES.migConfig;
const filled = (name: string): string => fillPath(path, { clusterId: 'c1', name });

describe('the path of an internal route', () => {
  it.each([
    ['plain', 'h100-pool-b-1'],
    ['with a slash', 'a/../../b'],
    ['encoded already', '%2e%2e'],
    ['with a query', 'a?b=c#d'],
  ])('has a parameter as one segment: %s', (_title, name) => {
    const url = new URL(`http://scheduler${filled(name)}`);
    const segments = url.pathname.split('/').slice(5).map(decodeURIComponent);
    expect(segments).toEqual(['nodes', name, 'mig-config']);
    expect(url.search + url.hash).toBe('');
  });

  it.each(['..', '.', ''])('is none with the parameter "%s"', (name) => {
    expect(() => filled(name)).toThrow(PathParameterError);
  });

  it('belongs to one operation', () => {
    const asked = Object.values(INTERNAL_ROUTES).map((route) => `${route.method} ${route.path}`);
    expect(new Set(asked).size).toBe(asked.length);
  });
});
