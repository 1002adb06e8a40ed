import { planFor } from '@tessera/application-measuring';
import {
  ANSWERED_ROWS,
  ANSWERED_TIMES,
  ANSWERED_WINDOW_MS,
  recordedAnswer,
} from '@tessera/testing-contract-suites/recorded-answers';
import { toPromQl } from './promql';
import { parseEnvelope, toSeriesRead } from './range-answer';

const { start, end, step } = ANSWERED_TIMES;
const INSTANTS = Array.from({ length: (end - start) / step + 1 }, (_, index) => start + index * step);

const CASES = Object.entries(ANSWERED_ROWS).flatMap(([row, { scope, types, warned = false }]) =>
  Object.entries(types).map(([type, want]) => ({
    name: `${type} of ${row}`,
    plan: planFor(type, scope, ANSWERED_WINDOW_MS),
    want: typeof want === 'number' ? { '{}': want } : want,
    warned,
  })),
);

describe('measurements of native histograms, as a Prometheus server answered', () => {
  it.each(CASES)('$name', ({ name, plan, want, warned }) => {
    const { form, status, body } = recordedAnswer(name);
    // Where this differs, the answer is one to another question: npm run record:prometheus.
    expect(form['query']).toBe(plan && toPromQl(plan));
    expect(status).toBe(200);
    const { series, warnings } = toSeriesRead(parseEnvelope(JSON.stringify(body)));
    const got = new Map(series.map(({ labels, points }) => [JSON.stringify(labels), points]));
    expect([...got.keys()].sort()).toEqual(Object.keys(want).sort());
    for (const [labels, value] of Object.entries(want)) {
      expect(got.get(labels)?.map(({ at }) => at)).toEqual(INSTANTS);
      for (const point of got.get(labels) ?? []) expect(point.value).toBeCloseTo(value, 6);
    }
    expect(warnings.length > 0).toBe(warned);
  });
});
