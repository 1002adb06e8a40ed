import { plainHttpProblems } from './plain-http';

const problemsOf = (url: string, ...allowed: readonly string[]) =>
  plainHttpProblems([{ setting: 'TESSERA_X', url, carries: 'tokens' }], allowed);

describe('an address that secrets go to', () => {
  it.each([
    'https://elsewhere.example',
    'http://127.0.0.1:8080',
    'http://127.1',
    'http://localhost:1',
    'http://api.localhost',
    'http://[::1]:8080/x',
  ])('may be %s', (url) => {
    expect(problemsOf(url)).toEqual([]);
  });

  it.each([
    'http://elsewhere.example',
    'http://10.0.0.1',
    'http://127.0.0.1.example',
    'http://127.0.0.1.nip.io',
    'http://localhost.example',
    'http://127.0.0.1@elsewhere.example',
    'HTTP://ELSEWHERE.example',
  ])('may not be %s', (url) => {
    expect(problemsOf(url)).toEqual([expect.stringContaining('would be sent over plain http')]);
  });

  it('may be a host that the operator allows, by its name or its ending', () => {
    expect(problemsOf('http://scheduler:8083', 'other', 'Scheduler')).toEqual([]);
    expect(problemsOf('http://scheduler.tessera.svc', '.svc')).toEqual([]);
    for (const allowed of ['svc', 'tessera.svc', 'scheduler'])
      expect(problemsOf('http://scheduler.tessera.svc', allowed)).toHaveLength(1);
    expect(problemsOf('http://evilsvc', '.svc')).toHaveLength(1);
  });

  it('is reported with its setting, its content and a solution, without credentials of the address', () => {
    expect(problemsOf('http://user:pass@scheduler:8083/x')).toEqual([
      'TESSERA_X: tokens would be sent over plain http to scheduler:8083; use https, or add the host to TESSERA_PLAIN_HTTP_HOSTS if the network is trusted',
    ]);
  });
});
