import { isSignedBy, signatureOf } from './report-signature';

const KEY = Buffer.alloc(32, 1);
const OLD_KEY = Buffer.alloc(32, 2);
const PATH = '/internal/v1/clusters/c1/load-reports';
const BODY = '{"sequence":1}';
const RECEIVER = '00000000-0000-4000-8000-00000000000a';
const MESSAGE = { path: PATH, receiver: RECEIVER, body: BODY };
const signature = signatureOf(KEY, MESSAGE);

describe('the signature of a message of a gateway', () => {
  it.each([
    { title: 'the key', keys: [KEY], accepted: true },
    { title: 'a key next to another one', keys: [OLD_KEY, KEY], accepted: true },
    { title: 'another key', keys: [OLD_KEY], accepted: false },
    { title: 'no key', keys: [], accepted: false },
  ])('is accepted with $title: $accepted', ({ keys, accepted }) => {
    expect(isSignedBy(keys, signature, MESSAGE)).toBe(accepted);
  });

  it.each([
    { title: 'of another cluster', signature, ...MESSAGE, path: PATH.replace('c1', 'c2') },
    { title: 'for another process', signature, ...MESSAGE, receiver: RECEIVER.replace('a', 'b') },
    { title: 'of another body', signature, ...MESSAGE, body: '{"sequence":2}' },
    { title: 'that was cut off', signature: signature.slice(0, 63), ...MESSAGE },
    { title: 'that is missing', signature: undefined, ...MESSAGE },
    { title: 'that is given twice', signature: [signature, signature], ...MESSAGE },
  ])('is refused for a message $title', ({ signature: given, ...message }) => {
    expect(isSignedBy([KEY], given, message)).toBe(false);
  });
});
