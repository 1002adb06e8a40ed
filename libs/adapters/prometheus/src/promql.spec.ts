import {
  and,
  between,
  count,
  equal,
  idle,
  joined,
  labelled,
  NOTHING,
  notEqual,
  observations,
  oneOf,
  plus,
  rate,
  relabelled,
  select,
  sum,
  times,
} from '@tessera/domain-measurement';
import { toPromQl } from './promql';

describe('the PromQL of an expression', () => {
  it.each([
    [select('up'), 'up{}'],
    [select('up', equal('job', 'a"b\\c'), notEqual('pod', '')), 'up{job="a\\"b\\\\c",pod!=""}'],
    [select('up', oneOf('phase', 'Pending', 'a.b')), 'up{phase=~"Pending|a\\\\.b"}'],
    [sum(rate(select('n_total'), 8000), 'gpu', 'node'), 'sum by (gpu, node) (rate(n_total{}[8000ms]))'],
    [times(sum(select('m')), 1000), '(sum by () (m{}) * 1000)'],
    [
      { op: 'and', of: select('m'), on: ['namespace', 'pod'], where: select('owner', equal('id', 'w')) },
      '(m{} and on (namespace, pod) owner{id="w"})',
    ],
    [{ op: 'or', of: select('a'), other: select('b') }, '(a{} or b{})'],
    [count(select('m'), 'node'), 'count by (node) (m{})'],
    [plus(select('a'), select('b')), '(a{} + b{})'],
    [between(select('a'), 25, 50), '(a{} >= 25 < 50)'],
    [
      joined(select('a'), ['namespace', 'pod'], 'node', select('where')),
      '(a{} + on (namespace, pod) group_left (node) (0 * topk by (namespace, pod) (1, max by (namespace, pod, node) (where{}))))',
    ],
    [labelled(select('a'), 'range', '0-25'), 'label_replace(a{}, "range", "0-25", "", "")'],
    [
      idle(select('a'), 3_600_000),
      '((time() - timestamp(a{} > 0)) or (time() - max_over_time(timestamp(max_over_time(a{}[1m]) > 0)[3600000ms:1m])) or (a{} * 0 + 3600 and a{} offset 3600000ms) or (time() - min_over_time(timestamp(a{})[3600000ms:1m])) or (a{} * 0))',
    ],
    [NOTHING, '(vector(0) < 0)'],
    [observations('sum', select('a')), 'histogram_sum(a{})'],
    [observations('count', rate(select('a'), 9)), 'histogram_count(rate(a{}[9ms]))'],
    [
      and(select('DCGM_FI_DEV_GPU_UTIL'), ['pod'], select('owner')),
      '((DCGM_FI_DEV_GPU_UTIL{} and on (pod) owner{}) >= 0 < 2147483632)',
    ],
    [select('DCGM_FI_DEV_GPU_UTIL'), '(DCGM_FI_DEV_GPU_UTIL{} >= 0 < 2147483632)'],
    [
      select('DCGM_FI_PROF_PCIE_TX_BYTES'),
      '(DCGM_FI_PROF_PCIE_TX_BYTES{} >= 0 < 2147483632 or DCGM_FI_PROF_PCIE_TX_BYTES{} >= 2147483648 < 140737488355328)',
    ],
    [relabelled(select('a'), 'from', 'to'), 'label_replace(a{}, "to", "$1", "from", "(.+)")'],
    [relabelled(select('a'), 'from', 'to', 'all'), 'label_join(a{}, "to", "", "from")'],
    [{ op: 'divide', of: select('a'), by: select('b') }, '(a{} / b{})'],
  ] as const)('%j is %s', (expression, text) => expect(toPromQl(expression)).toBe(text));
});
