import { takeArrival } from './take-arrival';

const ORIGIN = 'https://tessera.example';

/** What is taken from the address, and what stays in the address bar. */
function take(path: string) {
  let left = path;
  const history = { replaceState: (_: unknown, __: string, url: string) => void (left = url) };
  const arrival = takeArrival({ href: `${ORIGIN}${path}` } as Location, history as History);
  return { arrival, left };
}

describe('an address that brings something to sign in by', () => {
  it('loses the credential of its fragment', () => {
    expect(take('/workloads#id=local&secret=s')).toEqual({
      arrival: { kind: 'credential', credential: { kind: 'application', id: 'local', secret: 's' } },
      left: '/workloads',
    });
  });

  it('loses the code of an identity provider', () => {
    const { arrival, left } = take('/sign-in?code=c&state=s');
    expect(arrival).toEqual({ kind: 'return', address: new URL(`${ORIGIN}/sign-in?code=c&state=s`) });
    expect(left).toBe('/');
  });

  it.each(['/', '/workloads?phase=Pending', '/?code=c&state=s', '/workloads#content'])(
    'is none of those: %s',
    (path) => {
      expect(take(path)).toEqual({ arrival: undefined, left: path });
    },
  );
});
