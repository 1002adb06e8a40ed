import { addressesOf } from './scheduler-addresses';

const resolve = (host: string) =>
  Promise.resolve(
    {
      'scheduler.tessera.svc': [
        { address: '10.0.0.1', family: 4 },
        { address: '10.0.0.2', family: 4 },
        { address: 'fd00::1', family: 6 },
      ],
      'other.svc': [{ address: '10.0.0.2', family: 4 }],
      'six.svc': [{ address: 'fd00::2', family: 6 }],
    }[host] ?? [],
  );

describe('the addresses of schedulers', () => {
  it.each([
    {
      title: 'are all addresses of a host name, of one family',
      urls: ['http://scheduler.tessera.svc:8083'],
      found: ['10.0.0.1', '10.0.0.2'],
    },
    {
      title: 'are each there once',
      urls: ['http://scheduler.tessera.svc:8083', 'http://other.svc:8083'],
      found: ['10.0.0.1', '10.0.0.2'],
    },
    { title: 'are IPv6 where there is nothing else', urls: ['http://six.svc:8083'], found: ['fd00::2'] },
    { title: 'are none where the name has none', urls: ['http://nowhere.svc:8083'], found: [] },
  ])('$title', async ({ urls, found }) => {
    expect((await addressesOf(urls, resolve)).map(({ ip }) => ip)).toEqual(found);
  });

  it('are the URL itself where it has an address or is of this machine', async () => {
    const urls = ['http://127.0.0.1:8083', 'http://[::1]:8083', 'http://localhost:8083'];
    expect(await addressesOf(urls, resolve)).toEqual(urls.map((url) => ({ url })));
  });
});
