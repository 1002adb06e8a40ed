import { treat } from './injection';

const always = (): number => 1;
const PODS = '/api/v1/pods';
const WATCH = `${PODS}?watch=true&resourceVersion=12`;

describe('a fault of the API server', () => {
  it.each([
    ['conflict', 'POST', PODS, 'answer'],
    ['conflict', 'GET', PODS, 'pass'],
    ['expired', 'GET', WATCH, 'expire'],
    ['expired', 'GET', `${PODS}?continue=x`, 'answer'],
    ['expired', 'GET', PODS, 'pass'],
    ['throttled', 'GET', WATCH, 'answer'],
    ['server-error', 'DELETE', PODS, 'answer'],
    ['timed-out', 'POST', PODS, 'time-out'],
    ['timed-out', 'GET', WATCH, 'answer'],
    ['lost-answer', 'POST', PODS, 'lose-answer'],
    ['lost-answer', 'GET', WATCH, 'pass'],
    ['late-write', 'POST', PODS, 'execute-late'],
    ['late-write', 'GET', PODS, 'pass'],
    ['webhook', 'POST', '/api/v1/namespaces/a/pods', 'answer'],
    ['webhook', 'DELETE', '/api/v1/namespaces/a/pods/x', 'pass'],
    ['denied', 'POST', '/api/v1/namespaces/a/pods', 'answer'],
    ['denied', 'POST', '/api/v1/namespaces/a/services', 'pass'],
  ] as const)('%s treats %s %s: %s', (kind, method, url, expected) => {
    expect(treat({ method, url }, [{ kind, percent: 100 }], always).do).toBe(expected);
  });

  it('meets as many requests as it is to meet', () => {
    const injections = [{ kind: 'throttled', percent: 30 }] as const;
    const met = Array.from({ length: 100 }, (_, index) => index + 1).filter(
      (number) => treat({ method: 'GET', url: PODS }, injections, () => number).do !== 'pass',
    );
    expect(met).toHaveLength(30);
  });
});
