import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describeWithService, testPrometheus, type TestPrometheus } from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { boardQueries, ROOT } from './deployed-files';

describeWithService('prometheus', 'what Prometheus says', () => {
  let prometheus: TestPrometheus;
  beforeAll(async () => {
    prometheus = await testPrometheus();
  }, SERVICE_START_MS);
  afterAll(() => prometheus?.remove());

  it('takes the scrape configuration', () => {
    const file = join(ROOT, 'deploy/prometheus/prometheus.yml');
    expect(execFileSync('promtool', ['check', 'config', file], { encoding: 'utf8' })).toContain('SUCCESS');
  });

  it.each(boardQueries())('understands the query of %s', async (_title, query) => {
    const url = `${prometheus.url}/api/v1/query?${new URLSearchParams({ query }).toString()}`;
    expect(await (await fetch(url)).json()).toMatchObject({ status: 'success' });
  });
});
