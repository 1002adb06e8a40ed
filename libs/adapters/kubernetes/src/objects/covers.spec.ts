import { covers } from './covers';

describe('what is found covers what is wanted', () => {
  const wanted = { kind: 'Service', spec: { type: 'ClusterIP', ports: [{ port: 80 }] } };
  it.each([
    [
      'where the server filled in defaults',
      { spec: { type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP' }], clusterIP: 'x' } },
      true,
    ],
    ['where somebody added a label', { metadata: { labels: { a: 'b' } }, ...wanted }, true],
    ['not where a field differs', { spec: { type: 'NodePort', ports: [{ port: 80 }] } }, false],
    ['not where a field is missing', { spec: { ports: [{ port: 80 }] } }, false],
    [
      'not where a list has grown',
      { spec: { type: 'ClusterIP', ports: [{ port: 80 }, { port: 81 }] } },
      false,
    ],
    ['not where a list became something else', { spec: { type: 'ClusterIP', ports: {} } }, false],
    ['not where there is nothing', undefined, false],
  ])('%s', (_name, found, answer) => {
    expect(covers(found, wanted)).toBe(answer);
  });
});
