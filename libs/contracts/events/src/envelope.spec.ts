import { Kafka } from 'cloudevents';
import { decodeEvent, encodeEvent, encodeTombstone, formatSequence, InvalidEventError } from './envelope';
import { SAMPLE_ATTRIBUTES, SAMPLES } from './samples';

const attributes = { ...SAMPLE_ATTRIBUTES, sequence: formatSequence(7) };
const data = SAMPLES.created;

describe('CloudEvents in Kafka binary mode', () => {
  const record = encodeEvent({ name: 'created', attributes, data });

  it('puts attributes in ce_ headers, data in the value and the workload id in the key', () => {
    expect(record.key).toBe(data.workloadId);
    expect(record.headers).toMatchObject({
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_type: 'io.tessera.inference.created.v1',
      ce_projectid: '1',
      ce_sequence: '00000000000000000007',
    });
    expect(JSON.parse(record.value ?? '')).toEqual(data);
  });

  it('gives back what was encoded', () => {
    expect(decodeEvent(record)).toEqual({ kind: 'event', event: { name: 'created', attributes, data } });
    expect(decodeEvent(encodeTombstone(attributes))).toEqual({ kind: 'tombstone', attributes });
  });

  it('are decoded from records that have the earlier type of their event', () => {
    const orgUnit = encodeEvent({ name: 'orgUnit', attributes, data: SAMPLES.orgUnit });
    const earlier = { ...orgUnit.headers, ce_type: 'io.tessera.organisation.unit.v1' };
    expect(decodeEvent({ ...orgUnit, headers: earlier })).toEqual(decodeEvent(orgUnit));
  });

  it('is read by the SDK of the standard', () => {
    const message = {
      key: record.key,
      headers: { ...record.headers },
      value: record.value,
      body: record.value,
    };
    expect(Kafka.toEvent(message as never)).toMatchObject({
      ...attributes,
      specversion: '1.0',
      type: 'io.tessera.inference.created.v1',
      datacontenttype: 'application/json',
      data,
    });
  });

  it.each([
    [
      'an unknown type',
      { ...record, headers: { ...record.headers, ce_type: 'x' } },
      /unknown event type "x"/,
    ],
    [
      'a missing attribute',
      { ...record, headers: { ...record.headers, ce_id: undefined as never } },
      /ce_id is missing/,
    ],
    ['a value that is not JSON', { ...record, value: '{' }, /not JSON/],
    ['data of another shape', { ...record, value: '{}' }, /created\.v1/],
  ])('refuses %s with the reason', (_what, broken, message) => {
    expect(() => decodeEvent(broken)).toThrow(InvalidEventError);
    expect(() => decodeEvent(broken)).toThrow(message);
  });
});
