import { parseRoute } from './route';

describe('the route of a request', () => {
  it.each([
    ['/p/w', 'p', 'w', '/'],
    ['/p/w/', 'p', 'w', '/'],
    ['/p/w?x=1', 'p', 'w', '/?x=1'],
    ['/p/w/v1/chat?a=/b/c&d', 'p', 'w', '/v1/chat?a=/b/c&d'],
    ['/p/w//double/%2F/../up', 'p', 'w', '//double/%2F/../up'],
    ['/livez/w/metrics', 'livez', 'w', '/metrics'],
  ])('%s goes to %s/%s as %s', (target, project, workload, path) => {
    expect(parseRoute(target)).toEqual({ project, workload, path });
  });

  it.each(['', '/', '*', '/p', '/p/', '/p?x=/w/y', '/p/?x', '//w/x', 'http://host/p/w', 'p/w'])(
    '%j names no workload',
    (target) => {
      expect(parseRoute(target)).toBeUndefined();
    },
  );
});
