import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describeWithService } from '@tessera/testing-services';
import { ROOT } from './deployed-files';

describeWithService('prometheus', 'what Prometheus says', () => {
  it('takes the scrape configuration', () => {
    const file = join(ROOT, 'deploy/prometheus/prometheus.yml');
    expect(execFileSync('promtool', ['check', 'config', file], { encoding: 'utf8' })).toContain('SUCCESS');
  });
});
