import { recordedAnswer } from '@tessera/testing-contract-suites/recorded-answers';
import { AnswerShapeError } from './answer-shape';
import { parseEnvelope, toSeriesRead } from './range-answer';

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

  it.each([
    ['a rate of what may be no counter', { remarks: 1, warnings: 0, series: 1 }],
    ['a quantile of buckets that fall', { remarks: 1, warnings: 0, series: 1 }],
    ['a quantile of a bucket without a bound', { remarks: 0, warnings: 1, series: 1 }],
    ['a sum of numbers and histograms', { remarks: 0, warnings: 1, series: 0 }],
    ['a store that is away', { remarks: 0, warnings: 1, series: 1 }],
  ] as const)('has the warnings of the server, and none of its remarks: %s', (name, want) => {
    const envelope = parseEnvelope(JSON.stringify(recordedAnswer(name).body));
    const { series, warnings } = toSeriesRead(envelope);
    expect({ remarks: envelope.infos?.length, warnings: warnings.length, series: series.length }).toEqual(
      want,
    );
    for (const { points } of series) expect(points).toEqual([{ at: expect.any(Number), value: 60 }]);
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
    ['histograms that are no list', [{ metric: {}, histograms: 'none' }]],
  ])('is refused where it has %s', (_name, result) => {
    expect(() => read(matrix(result))).toThrow(AnswerShapeError);
  });
});
