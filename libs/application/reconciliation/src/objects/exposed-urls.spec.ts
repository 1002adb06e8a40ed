import { exposedHost } from '@tessera/contracts-kubernetes/exposed-host';
import { toIntent } from '@tessera/domain-workload';
import { applyCommand } from '@tessera/testing-builders';
import { accepted } from '../commands/accept';
import { exposedAddresses, guardedHosts } from './exposed-urls';

const BASE = 'https://apps.example';

function addressesOf(exposedUrls: readonly object[], base: string | undefined, name = 'chat') {
  const spec = { image: 'model', exposedUrls };
  const command = { ...applyCommand(1, 0.5), name, spec };
  const target = { workload: accepted(command, '2026-01-01T00:00:00.000Z'), intent: toIntent(spec).intent };
  return exposedAddresses(target, base === undefined ? {} : { base });
}

describe('an exposed URL', () => {
  it.each([
    ['https://Notes.example/lab', 'https', 'notes.example', '/lab'],
    ['http://notes.example:8443', 'http', 'notes.example', '/'],
  ])('%s is split into the parts of a route', (url, scheme, host, path) => {
    expect(addressesOf([{ container: 9000, url }], undefined)).toEqual({
      addresses: [expect.objectContaining({ url, scheme, host, path, container: 9000 })],
    });
  });

  it.each([
    'ftp://notes.example',
    'https://10.0.0.1/',
    'https://under_score.example',
    'notes',
    'https://a.example/?x=1',
  ])('%s cannot be routed to; the problem names its field', (url) => {
    const { addresses, problem } = addressesOf([{ container: 9000 }, { container: 9001, url }], BASE);
    expect(addresses).toHaveLength(1);
    expect(problem).toMatch(/^spec\.exposedUrls\[1\]\.url: /);
  });

  it('is derived from name, project and port if none is given, the same each time', () => {
    const [first] = addressesOf([{ container: 9000 }], BASE).addresses;
    expect(first?.url).toMatch(/^https:\/\/chat-project-1-[a-z0-9]{6}\.apps\.example\/$/);
    expect(addressesOf([{ container: 9000 }], BASE).addresses[0]).toEqual(first);
  });

  it('has a host of its own for each port, and for each split of the same words', () => {
    const [a, b] = addressesOf([{ container: 9000 }, { container: 9001 }], BASE).addresses;
    expect(a?.host).not.toBe(b?.host);
    const split = [
      { name: 'chat', projectName: 'team-a' },
      { name: 'chat-team', projectName: 'a' },
    ].map((one) => exposedHost(one, 80, 'apps.example'));
    expect(new Set(split).size).toBe(2);
  });

  it('stays within the 63 characters of a label and distinct from similar names', () => {
    const long = 'a'.repeat(63);
    const hosts = [long, `${long.slice(1)}b`].map(
      (name) => addressesOf([{ container: 9000 }], BASE, name).addresses[0]?.host ?? '',
    );
    expect(new Set(hosts).size).toBe(2);
    for (const host of hosts) expect(host.split('.')[0]?.length).toBeLessThanOrEqual(63);
  });

  it('needs a base if it is not given', () => {
    expect(addressesOf([{ container: 9000 }], undefined).problem).toMatch(/TESSERA_EXPOSED_URLS_BASE/);
  });
});

describe('what the gateway knows of the URLs of a workload', () => {
  it('is host, path, rules, and the port where it is not that of the model server', () => {
    const spec = {
      image: 'model',
      servingPort: { container: 8000, exposedUrl: 'https://Chat.example/' },
      exposedUrls: [
        {
          container: 9000,
          url: 'https://notes.example/lab',
          authorizationType: 'authenticatedUsers' as const,
        },
        { container: 8000, url: 'https://other.example', authorizedUsers: ['ada'], authorizedGroups: ['g'] },
        { container: 9000, url: 'https://open.example' },
      ],
    };
    const command = { ...applyCommand(1, 0.5), name: 'chat', spec };
    const workload = accepted(command, '2026-01-01T00:00:00.000Z');
    const target = { workload, intent: toIntent(spec, {}, { guardsUrls: true }).intent };
    expect(guardedHosts(target, exposedAddresses(target, {}).addresses)).toEqual([
      { host: 'chat.example', path: '/' },
      { host: 'notes.example', path: '/lab', access: 'authenticated', port: 9000 },
      { host: 'other.example', path: '/', access: { users: ['ada'], groups: ['g'] } },
      { host: 'open.example', path: '/', access: 'public', port: 9000 },
    ]);
  });

  it('makes the rules of a URL fields that have an effect', () => {
    const spec = { image: 'model', exposedUrls: [{ container: 9000, authorizedUsers: ['ada'] }] };
    expect(toIntent(spec, {}, { guardsUrls: true }).ignoredFields).toEqual([]);
    expect(toIntent(spec).ignoredFields).toMatchObject([{ field: 'spec.exposedUrls[0].authorizedUsers' }]);
  });
});
