import { specViolations, type InferenceSpec } from '@tessera/domain-workload';

type Sized = (size: number) => InferenceSpec;
const two = (size: number): string => 'é'.repeat(Math.floor(size / 2)) + 'x'.repeat(size % 2);

/** Specs that grow in one text, most of whose characters have two bytes. */
const GROWING: readonly (readonly [what: string, spec: Sized])[] = [
  ['annotations', (size) => ({ annotations: [{ name: 'note', value: two(size) }] })],
  [
    'many annotations',
    (size) => ({ annotations: parts(size, (text, index) => ({ name: `n${index}`, value: text })) }),
  ],
  ['related URLs', (size) => ({ relatedUrls: parts(size, (url) => ({ url, type: 'wandb' })) })],
  [
    'users of the endpoint',
    (size) => ({ servingPort: { container: 1, authorizedUsers: parts(size, (user) => user) } }),
  ],
  ['a name of storage', (size) => ({ storage: { emptyDirVolume: [{ path: '/a', name: two(size) }] } })],
  [
    'the name of a port',
    (size) => ({ ports: [{ container: 1, serviceType: 'ClusterIP', name: two(size) }] }),
  ],
  [
    'users of a URL',
    (size) => ({ exposedUrls: [{ container: 1, authorizedUsers: parts(size, (user) => user) }] }),
  ],
];

/** The text in ten parts. */
const parts = <T>(size: number, make: (text: string, index: number) => T): readonly T[] =>
  Array.from({ length: 10 }, (_, index) => make(two(Math.floor(size / 10)), index));

/** Each of them as large as the rules accept. */
export const largestTexts = (): readonly (readonly [string, InferenceSpec])[] =>
  GROWING.map(([what, spec]) => {
    const sized: Sized = (size) => ({ image: 'model:1', ...spec(size) });
    let [fits, tooLarge] = [0, 1_000_000];
    while (tooLarge - fits > 1) {
      const middle = (fits + tooLarge) >> 1;
      if (specViolations(sized(middle)).length === 0) fits = middle;
      else tooLarge = middle;
    }
    return [what, sized(fits)] as const;
  });
