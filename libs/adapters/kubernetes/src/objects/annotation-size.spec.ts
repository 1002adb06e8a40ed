import { accepted } from '@tessera/application-reconciliation';
import { specViolations, toIntent, type InferenceSpec } from '@tessera/domain-workload';
import { COMMAND } from '../testing/command';
import { replicaPod } from './pod';

/** Kubernetes: keys and values of all annotations of an object, UTF-8 bytes (`TotalAnnotationSizeLimitB`). */
const MOST_BYTES = 256 * 1024;
const asked = (size: number): InferenceSpec => ({
  image: 'model:1',
  servingPort: { container: 65_535 },
  annotations: [{ name: 'note', value: 'é'.repeat(size) }],
});

/** Size of the annotations of a pod with a hundred shared devices on the node with the longest name. */
function annotationBytes(spec: InferenceSpec): number {
  const workload = accepted({ ...COMMAND, spec }, COMMAND.createdAt);
  const devices = Array.from({ length: 100 }, (_, slot) => ({ slot, milliGpu: 1000, memoryMiB: 1_000_000 }));
  const uuids = devices.map(({ slot }) => `GPU-00000000-0000-4000-8000-${String(slot).padStart(12, '0')}`);
  const placement = { node: 'n'.repeat(253), pool: 'p'.repeat(63), kind: 'portion', devices } as const;
  const { metadata } = replicaPod(
    { workload, intent: toIntent(spec).intent },
    { ordinal: 999, name: 'chat-0', placement, devices: uuids, rejections: 1_000_000 },
    { deviceNames: 'cdi', enforcement: 'nv-fractions' },
  );
  const texts = Object.entries(metadata?.annotations ?? {}).flat();
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

it('the most annotations that are accepted fit beside those of Tessera', () => {
  let [size, tooLarge] = [0, MOST_BYTES];
  while (tooLarge - size > 1) {
    const middle = (size + tooLarge) >> 1;
    if (specViolations(asked(middle)).length === 0) size = middle;
    else tooLarge = middle;
  }
  expect(annotationBytes(asked(size))).toBeLessThanOrEqual(MOST_BYTES);
  expect(annotationBytes(asked(size)) - 2 * size).toBeGreaterThan(16 * 1024);
});
