import { MetricsResponse } from '@tessera/contracts-rest';
import { answerOf } from './answer';

const T0 = Date.parse('2026-01-05T08:00:00Z');
const points = (...values: readonly number[]) =>
  values.map((value, index) => ({ at: T0 + index * 60_000, value }));
const bucket = (le: string, ...values: readonly number[]) => ({
  type: 'NIM_TIME_TO_FIRST_TOKEN_SECONDS',
  labels: { le },
  values: points(...values),
});
const complete = { failed: [], warned: [] };

describe('the answer to a question for measurements', () => {
  it('has distributions apart, one for each instant', () => {
    const measurements = [
      { type: 'NIM_NUM_REQUESTS_RUNNING', labels: {}, values: points(3, 4) },
      bucket('+Inf', 10, 12),
      bucket('0.1', 2, 3),
      bucket('0.5', NaN, 8),
    ];
    const { body } = answerOf({ ...complete, measurements });
    expect(MetricsResponse.parse(body)).toEqual(body);
    expect(body).toEqual({
      measurements: [
        {
          type: 'NIM_NUM_REQUESTS_RUNNING',
          labels: {},
          values: [
            { value: '3', timestamp: '2026-01-05T08:00:00.000Z' },
            { value: '4', timestamp: '2026-01-05T08:01:00.000Z' },
          ],
        },
      ],
      histogram: [
        {
          type: 'NIM_TIME_TO_FIRST_TOKEN_SECONDS',
          values: [
            { timestamp: '2026-01-05T08:00:00.000Z', data: { '0.1': '2', '+Inf': '10' } },
            { timestamp: '2026-01-05T08:01:00.000Z', data: { '0.1': '3', '0.5': '8', '+Inf': '12' } },
          ],
        },
      ],
    });
  });

  it('names a distribution without data, and has no histogram where none was asked for', () => {
    const type = 'NIM_E2E_REQUEST_LATENCY_SECONDS_PERCENTILES';
    expect(answerOf({ ...complete, measurements: [{ type, labels: {}, values: [] }] }).body).toEqual({
      measurements: [],
      histogram: [{ type, values: [] }],
    });
    expect(answerOf({ ...complete, measurements: [] }).body).toEqual({ measurements: [] });
  });

  it('leaves out what is not a number', () => {
    const measurements = [{ type: 'LATENCY', labels: {}, values: points(NaN, Infinity, 5) }];
    expect(answerOf({ ...complete, measurements }).body.measurements[0]?.values).toEqual([
      { value: '5', timestamp: '2026-01-05T08:02:00.000Z' },
    ]);
  });
});
