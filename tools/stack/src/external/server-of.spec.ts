import { serverOf } from './server-of';

const KUBECONFIG = {
  'current-context': 'second',
  contexts: [
    { name: 'first', context: { cluster: 'a', user: 'u' } },
    { name: 'second', context: { cluster: 'b', user: 'u' } },
  ],
  clusters: [
    { name: 'a', cluster: { server: 'https://a:6443' } },
    { name: 'b', cluster: { server: 'https://b:6443' } },
  ],
};

describe('the server of a kubeconfig', () => {
  it('is that of the current context', () => {
    expect(serverOf(JSON.stringify(KUBECONFIG))).toBe('https://b:6443');
  });

  it('is read from YAML too', () => {
    const text =
      'current-context: c\ncontexts: [{ name: c, context: { cluster: k } }]\nclusters:\n  - name: k\n    cluster:\n      server: http://127.0.0.1:8001\n';
    expect(serverOf(text)).toBe('http://127.0.0.1:8001');
  });

  it('is empty where no context is current', () => {
    expect(serverOf(JSON.stringify({ ...KUBECONFIG, 'current-context': undefined }))).toBe('');
  });
});
