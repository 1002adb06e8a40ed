import { inCallSpan, templateOf } from './call-span';

describe('the template of a path', () => {
  it.each([
    ['/api/v1/nodes', '/api/v1/nodes'],
    ['/api/v1/nodes/node-a', '/api/v1/nodes/{name}'],
    ['/api/v1/namespaces', '/api/v1/namespaces'],
    ['/api/v1/namespaces/one', '/api/v1/namespaces/{namespace}'],
    ['/api/v1/namespaces/one/pods', '/api/v1/namespaces/{namespace}/pods'],
    ['/api/v1/namespaces/one/pods/chat-0', '/api/v1/namespaces/{namespace}/pods/{name}'],
    ['/api/v1/namespaces/one/pods/chat-0/log', '/api/v1/namespaces/{namespace}/pods/{name}/log'],
    [
      '/apis/coordination.k8s.io/v1/namespaces/one/leases/scheduler',
      '/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/{name}',
    ],
  ])('of %s is %s', (path, template) => {
    expect(templateOf(path)).toBe(template);
  });
});

it('a call outside of a trace is sent without trace headers', async () => {
  const sent = await inCallSpan('https://cluster', 'GET', '/api/v1/nodes', async (headers, onStatus) => {
    onStatus(200);
    return headers;
  });
  expect(sent).toEqual({});
});
