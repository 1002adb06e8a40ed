import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FULL_SPEC } from './full-spec';

const SAMPLE = join(__dirname, '../../../../libs/contracts/rest/fixtures/create-inference.request.json');
const PORTION = { gpuDevicesRequest: 1, gpuRequestType: 'portion', gpuPortionRequest: 0.5 };

/** Specs by what they are about: the sample, everything, one for each group of fields, each way to ask for GPUs. */
export const fieldCases = (): readonly (readonly [string, object])[] => [
  ['the sample of the reference', (JSON.parse(readFileSync(SAMPLE, 'utf8')) as { spec: object }).spec],
  ['every field at once', FULL_SPEC],
  ...Object.entries(FULL_SPEC).map(
    ([field, value]) => [field, { image: 'model:1', [field]: value }] as const,
  ),
  ['whole devices', { image: 'model:1', compute: { gpuDevicesRequest: 2 } }],
  ['a portion of several devices', { image: 'model:1', compute: { ...PORTION, gpuDevicesRequest: 2 } }],
  ['a MIG profile', { image: 'model:1', compute: { gpuRequestType: 'migProfile', migProfile: '1g.5gb' } }],
];
