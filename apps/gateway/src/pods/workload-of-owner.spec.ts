import { maybe } from '@tessera/kernel';
import { trimmedOwner, workloadOfOwner } from './workload-of-owner';

const ID = '00000000-0000-4000-8000-000000000001';

/** What the gateway knows of an owner object with this annotation, after its cache has trimmed it. */
const known = (serving: string | undefined, data?: Readonly<Record<string, string>>) =>
  workloadOfOwner(
    trimmedOwner({
      metadata: {
        name: 'chat-workload',
        namespace: 'runai-p1',
        uid: 'o1',
        resourceVersion: '1',
        creationTimestamp: '2026-01-01T00:00:00Z',
        labels: {
          'app.kubernetes.io/managed-by': 'tessera',
          'tessera.io/workload-id': ID,
          'tessera.io/workload-name': 'chat',
          'tessera.io/project': 'p1',
        },
        annotations: {
          other: 'x',
          ...maybe('tessera.io/serving-configuration', serving),
        },
      },
      ...maybe('data', data),
    }),
    () => ({ project: 'p1' }),
  );

describe('how a workload is served, by its owner object', () => {
  it.each<[string | undefined, object]>([
    [undefined, { access: 'public' }],
    ['{"protocol":"http"}', { access: 'public' }],
    ['{"authorizationType":"authenticatedUsers"}', { access: 'authenticated' }],
    [
      '{"authorizationType":"authorizedUsers","authorizedUsers":["ada"],"requestTimeoutSeconds":5}',
      { access: { users: ['ada'], groups: [] } },
    ],
    ['{"clusterLocalAccessOnly":true}', { access: 'public', clusterLocalOnly: true }],
    ['{"tessera":{"forwardToken":true}}', { access: 'public', wantsToken: true }],
    ['{"tessera":{"forwardToken":"true"}}', { access: 'public' }],
    [
      '{"tessera":{"sessionCookie":true,"prefixAffinity":false}}',
      { access: 'public', sessionCookie: true, prefixAffinity: false },
    ],
    ['{"tessera":{"sessionCookie":"yes","prefixAffinity":null}}', { access: 'public' }],
    ['{"tessera":null}', { access: 'public' }],
    ['{"authorizationType":"everybody"}', { access: 'nobody' }],
    ['{"authorizationType":', { access: 'nobody' }],
    ['null', { access: 'nobody' }],
    ['"public"', { access: 'nobody' }],
    ['[]', { access: 'nobody' }],
    ['{"tessera":[],"protocol":1,"clusterLocalAccessOnly":"true"}', { access: 'public' }],
  ])('%s', (serving, access) => {
    const identity = { uid: 'o1', project: 'p1', workload: 'chat', workloadId: ID };
    expect(known(serving)).toEqual({ ...identity, createdAt: '2026-01-01T00:00:00Z', ...access });
  });
});

describe('the limits of a workload, by its owner object', () => {
  it.each<[Readonly<Record<string, string>>, object]>([
    [{ phase: 'Running' }, {}],
    [{ concurrencyHardLimit: '', requestTimeoutSeconds: '' }, {}],
    [
      { concurrencyHardLimit: '8', requestTimeoutSeconds: '90' },
      { concurrencyHardLimit: 8, requestTimeoutMs: 90_000 },
    ],
    [{ requestTimeoutSeconds: '0' }, {}],
    [{ requestTimeoutSeconds: 'soon' }, {}],
  ])('%j', (data, limits) => {
    const { concurrencyHardLimit, requestTimeoutMs } = known(undefined, data) ?? {};
    expect({ concurrencyHardLimit, requestTimeoutMs }).toEqual(limits);
  });
});

describe('the further hosts of a workload, by its owner object', () => {
  it.each<[Readonly<Record<string, string>>, object]>([
    [{ exposedHosts: '' }, {}],
    [{ exposedHosts: '{"host":"a.example"}' }, {}],
    [{ exposedHosts: '[{"host":"a.example"' }, {}],
    [{ exposedHosts: '[null,1,{"host":"a.example","path":"x"},{"host":"a","path":"/","port":0}]' }, {}],
    [
      {
        exposedHosts: '[{"host":"a.example","path":"/"},{"host":"b","path":"/x","port":1,"access":"public"}]',
      },
      {
        hosts: [
          { host: 'a.example', path: '/' },
          { host: 'b', path: '/x', port: 1, access: 'public' },
        ],
      },
    ],
    [
      { exposedHosts: '[{"host":"a","path":"/","access":"all"}]' },
      { hosts: [{ host: 'a', path: '/', access: 'nobody' }] },
    ],
  ])('%j', (data, hosts) => {
    const found = known(undefined, data)?.hosts;
    expect(found === undefined ? {} : { hosts: found }).toEqual(hosts);
  });
});
