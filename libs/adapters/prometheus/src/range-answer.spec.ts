import { AnswerShapeError, parseEnvelope, toSeriesRead } from './range-answer';

const read = (answer: unknown) => toSeriesRead(parseEnvelope(JSON.stringify(answer)));
const matrix = (result: unknown, more: object = {}) => ({
  status: 'success',
  data: { resultType: 'matrix', result },
  ...more,
});

describe('an answer of Prometheus', () => {
  it('is series without their name, in ms, without values that are no numbers', () => {
    const values = [
      [1767600000, '1.5'],
      [1767600015.25, 'NaN'],
      [1767600030.5, '+Inf'],
      [1767600045.781, '3e-7'],
    ];
    expect(read(matrix([{ metric: { __name__: 'm', gpu: '3' }, values }]))).toEqual({
      series: [
        {
          labels: { gpu: '3' },
          points: [
            { at: 1767600000000, value: 1.5 },
            { at: 1767600045781, value: 3e-7 },
          ],
        },
      ],
      warnings: [],
    });
  });

  it('has the floats that Prometheus 3 computes of a native histogram, and leaves the histogram itself out', () => {
    // In the form that the documentation of the HTTP API gives: a quantile, and a rate of the histogram beside it.
    const quantile = { metric: {}, values: [[1767600000, '0.8408964152537145']] };
    const histogram = {
      metric: { pod: 'chat-0' },
      histograms: [
        [
          1767600000,
          {
            count: '10.000000000000002',
            sum: '4.2',
            buckets: [[0, '0.7071067811865475', '1', '10.000000000000002']],
          },
        ],
      ],
    };
    expect(read(matrix([quantile, histogram])).series).toEqual([
      { labels: {}, points: [{ at: 1767600000000, value: 0.8408964152537145 }] },
    ]);
  });

  it('has the warnings of the server, and none of its remarks', () => {
    const remarks = { infos: ['PromQL info: metric might not be a counter'], warnings: ['a store is away'] };
    expect(read(matrix([], remarks)).warnings).toEqual(['a store is away']);
  });

  it.each([
    ['no JSON', '<html>'],
    ['null', 'null'],
    ['an array', '[]'],
    ['without a status', '{"data":{}}'],
  ])('is refused where it is %s', (_name, text) => {
    expect(() => parseEnvelope(text)).toThrow(AnswerShapeError);
  });

  it.each([
    ['no result', undefined],
    ['a series without labels', [{ values: [] }]],
    ['a value without a time', [{ metric: {}, values: [['1', '2']] }]],
    ['values that are no list', [{ metric: {}, values: 'none' }]],
  ])('is refused where it has %s', (_name, result) => {
    expect(() => read(matrix(result))).toThrow(AnswerShapeError);
  });
});
