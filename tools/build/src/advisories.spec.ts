import { auditVerdict } from './advisories';

const URL = 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc';
const FOUND = {
  vulnerabilities: { a: { via: [{ url: URL, title: 'Reads too much' }] }, b: { via: ['a'] } },
};

it('names each advisory once that nobody answered', () => {
  expect(auditVerdict(FOUND, {})).toEqual({
    kind: 'known',
    open: [`a: Reads too much (${URL})`],
    stale: [],
  });
});

it('is content with an answer, and finds one to what is no advisory any more', () => {
  expect(auditVerdict(FOUND, { 'GHSA-aaaa-bbbb-cccc': 'not reached', 'GHSA-old': 'not reached' })).toEqual({
    kind: 'known',
    open: [],
    stale: ['GHSA-old'],
  });
});

it('does not take silence for a clean report', () => {
  expect(auditVerdict({ message: '405 Method Not Allowed', error: { summary: '' } }, {})).toEqual({
    kind: 'unknown',
    why: '405 Method Not Allowed',
  });
  expect(auditVerdict({}, {})).toEqual({ kind: 'unknown', why: 'npm said nothing' });
});
