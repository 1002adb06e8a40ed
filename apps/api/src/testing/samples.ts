import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from './api-under-test';

const FIXTURES = join(__dirname, '../../../../libs/contracts/rest/fixtures');

/** The sample request of the reference, unchanged. */
export const sampleRequest = (): Json =>
  JSON.parse(readFileSync(join(FIXTURES, 'create-inference.request.json'), 'utf8'));

/** A small request with a unique name. */
export const smallRequest = (name: string, more: object = {}, spec: object = {}) => ({
  name,
  projectId: '1',
  clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
  spec: { image: 'model:1', servingPort: { container: 8000 }, ...spec },
  ...more,
});
