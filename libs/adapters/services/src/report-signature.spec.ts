import { isSignedBy, signatureOf } from './report-signature';

const KEY = Buffer.alloc(32, 1);
const OLD_KEY = Buffer.alloc(32, 2);
const PATH = '/internal/v1/clusters/c1/load-reports';
const BODY = '{"sequence":1}';
const signature = signatureOf(KEY, PATH, BODY);

describe('the signature of a message of a gateway', () => {
  it.each([
    { title: 'the key', keys: [KEY], accepted: true },
    { title: 'a key next to another one', keys: [OLD_KEY, KEY], accepted: true },
    { title: 'another key', keys: [OLD_KEY], accepted: false },
    { title: 'no key', keys: [], accepted: false },
  ])('is accepted with $title: $accepted', ({ keys, accepted }) => {
    expect(isSignedBy(keys, signature, PATH, BODY)).toBe(accepted);
  });

  it.each([
    { title: 'of another cluster', signature, path: PATH.replace('c1', 'c2'), body: BODY },
    { title: 'of another body', signature, path: PATH, body: '{"sequence":2}' },
    { title: 'that was cut off', signature: signature.slice(0, 63), path: PATH, body: BODY },
    { title: 'that is missing', signature: undefined, path: PATH, body: BODY },
    { title: 'that is given twice', signature: [signature, signature], path: PATH, body: BODY },
  ])('is refused for a message $title', ({ signature: given, path, body }) => {
    expect(isSignedBy([KEY], given, path, body)).toBe(false);
  });
});
