import {
  and,
  divide,
  equal,
  firstOf,
  idle,
  joined,
  labelled,
  NOTHING,
  notEqual,
  observations,
  oneOf,
  plus,
  promql,
  rate,
  relabelled,
  select,
  sum,
  times,
  unless,
} from './expression';
import { possibleOnly } from './possible-series';

const KNOWN = { names: new Set(['a', 'b']), labels: new Set(['pod', 'id']) };
const A = select('a');
const B = select('b');
const NEVER = select('c');

describe('an expression, of a source with the series a and b and the labels pod and id', () => {
  it.each([
    ['keeps what there may be', sum(rate(select('a', equal('pod', 'x')), 9), 'pod'), undefined],
    ['has nothing of a name that is not there', sum(NEVER), NOTHING],
    ['has no rate of it', rate(NEVER, 9), NOTHING],
    ['has no idle time of it', idle(NEVER, 9), NOTHING],
    ['has nothing with a label that no series has', select('a', equal('no', 'x')), NOTHING],
    ['has nothing where such a label must be there', select('a', notEqual('no', '')), NOTHING],
    ['has nothing where it must be one of several', select('a', oneOf('no', 'x', 'y')), NOTHING],
    [
      'need not ask for its absence',
      select('a', equal('no', ''), equal('pod', 'x')),
      select('a', equal('pod', 'x')),
    ],
    ['need not ask that it is another', select('a', notEqual('no', 'x')), A],
    ['need not ask that it is absent or one of several', select('a', oneOf('no', '', 'x')), A],
    ['falls back on what is left', firstOf(NEVER, A, select('d'), B), firstOf(A, B)],
    ['falls back on nothing', firstOf(NEVER, select('d')), NOTHING],
    ['has nothing among nothing', and(A, ['pod'], NEVER), NOTHING],
    ['has nothing of nothing among others', and(NEVER, ['pod'], A), NOTHING],
    ['leaves out nothing', unless(A, ['pod'], NEVER), A],
    ['has nothing that others could be left out of', unless(NEVER, ['pod'], A), NOTHING],
    ['has no quotient without a divisor', divide(A, NEVER), NOTHING],
    ['has no sum without both', plus(NEVER, A), NOTHING],
    ['has no multiple of nothing', times(labelled(NEVER, 'l', 'v'), 2), NOTHING],
    ['has no observations of nothing', observations('sum', NEVER), NOTHING],
    ['need not rename a label that no series has', relabelled(A, 'no', 'pod'), A],
    ['renames a label that all series are to have', relabelled(A, 'no', 'pod', 'all'), undefined],
    ['renames a label that there is', relabelled(A, 'id', 'pod'), undefined],
    ['knows nothing of PromQL', promql('c'), undefined],
    ['is not grouped by a label that no series has', sum(A, 'pod', 'no'), sum(A, 'pod')],
    ['is grouped by a label that a step adds', sum(firstOf(A, labelled(B, 'no', 'x')), 'no'), undefined],
    [
      'is grouped by the new name of a label',
      sum(relabelled(A, 'id', 'no', 'all'), 'no', 'other'),
      sum(relabelled(A, 'id', 'no', 'all'), 'no'),
    ],
    ['is grouped by a joined label', sum(joined(A, ['pod'], 'no', B), 'no'), undefined],
    ['is grouped by whatever PromQL may add', sum(firstOf(A, promql('c')), 'no'), undefined],
  ] as const)('%s', (_title, expression, want) =>
    expect(possibleOnly(expression, KNOWN)).toEqual(want ?? expression),
  );
});
