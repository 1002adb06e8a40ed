import { reservedFor } from '@tessera/domain-workload';
import { parseAllDocuments } from 'yaml';
import { chartCases } from '@tessera/dev-services/toolchains';
import { FULL_SPEC, objectsOf } from '@tessera/tool-generate';
import { read } from './deployed-files';

/** Fields that hold labels of pods to be chosen; `selector` holds them itself in a Service. */
const SELECTORS = new Set(['matchLabels', 'selector']);
const WORDS = new Set(['matchLabels', 'matchExpressions']);

/** Keys of the labels by which an object chooses pods, wherever they stand in it. */
function selectedBy(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => {
    const keys =
      SELECTORS.has(field) && typeof inner === 'object' && inner !== null
        ? Object.keys(inner as object).filter((key) => !WORDS.has(key))
        : [];
    const expressions = field === 'matchExpressions' ? (inner as readonly { key: string }[]) : [];
    return [...keys, ...expressions.map(({ key }) => key), ...selectedBy(inner)];
  });
}

const chart = chartCases().flatMap(({ golden }) =>
  parseAllDocuments(read(golden.slice(golden.indexOf('deploy/')))).map(
    (document) => document.toJS() as unknown,
  ),
);

describe('labels by which pods are chosen', () => {
  it('of the chart, its network policies included, cannot be set by a workload', () => {
    const keys = new Set(chart.flatMap(selectedBy));
    expect(keys).toContain('app.kubernetes.io/name');
    expect([...keys].filter((key) => reservedFor(key) === undefined)).toEqual([]);
  });

  it('of the objects of a workload cannot be set by another one', () => {
    const keys = new Set(Object.values(objectsOf(FULL_SPEC)).flatMap(selectedBy));
    expect(keys).toContain('tessera.io/workload-id');
    // The node affinity that a workload asks for chooses nodes, not pods.
    expect([...keys].filter((key) => reservedFor(key) === undefined)).toEqual(['disk']);
  });
});
