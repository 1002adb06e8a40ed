import { metricsConfig } from './config';

const problemsOf = (env: Readonly<Record<string, string>>): string => {
  try {
    metricsConfig(env);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a metrics service with a token for Prometheus', () => {
  const url = { TESSERA_PROMETHEUS_URL: 'http://prometheus:9090' };

  it('does not send it over plain http unless allowed', () => {
    const env = { ...url, TESSERA_PROMETHEUS_TOKEN: 'planted' };
    expect(problemsOf(env)).toContain('TESSERA_PROMETHEUS_URL: TESSERA_PROMETHEUS_TOKEN would be sent');
    expect(problemsOf(env)).not.toContain('planted');
    expect(problemsOf({ ...env, TESSERA_PLAIN_HTTP_HOSTS: 'prometheus' })).toBe('');
    expect(problemsOf(url)).toBe('');
  });
});
