import { demandRecordSize, recordSize, RecordTooLargeError } from './record-size';

const record = (value: string) => ({ topic: 't', key: 'k', headers: { name: 'ü' }, value });

describe('the size of a record', () => {
  it('is counted in bytes of UTF-8, of key, value and headers', () => {
    const empty = recordSize(record(''));
    expect(recordSize(record('é'.repeat(100))) - empty).toBe(200);
    expect(recordSize({ ...record(''), value: null })).toBe(empty);
    expect(recordSize({ ...record(''), key: 'kk' }) - empty).toBe(1);
    expect(recordSize({ ...record(''), headers: { name: 'üü' } }) - empty).toBe(2);
  });

  it('may be the limit of the topic, less what is added in transit', () => {
    const limit = 100_000;
    const largest = limit - 8_192 - recordSize(record(''));
    expect(() => demandRecordSize([record('x'.repeat(largest))], limit)).not.toThrow();
    const tooLarge = [record('small'), record('x'.repeat(largest + 1))];
    expect(() => demandRecordSize(tooLarge, limit)).toThrow(RecordTooLargeError);
    expect(() => demandRecordSize(tooLarge, limit)).toThrow('has 91809 bytes; the maximum is 91808');
  });
});
