import { connectionsOf } from './connections';

const ports = (count: number) =>
  Array.from({ length: count }, (_unused, index) => ({
    container: index + 1,
    serviceType: 'ClusterIP',
    name: `port-${index}`,
  }));

describe('the connections of a workload', () => {
  it('are all of its spec', () => {
    const { length } = connectionsOf({
      ports: ports(100),
      relatedUrls: [{ url: 'https://a.example', type: 'x' }],
    });
    expect(length).toBe(101);
  });

  it('are only the first ones if there are too many for a list', () => {
    const authorizedUsers = Array.from({ length: 100 }, (_unused, index) => `user-${index}@example.com`);
    const exposedUrls = Array.from({ length: 100 }, (_unused, index) => ({
      container: index + 1,
      name: `url-${index}`,
      authorizedUsers,
    }));
    const connections = connectionsOf({ exposedUrls });
    expect(JSON.stringify(connections).length).toBeLessThanOrEqual(16_384);
    expect(connections[0]).toMatchObject({ name: 'url-0', authorizedUsers });
    expect(connections.map(({ name }) => name)).toEqual(connections.map((_one, index) => `url-${index}`));
  });
});
