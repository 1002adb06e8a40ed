import {
  equal,
  firstOf,
  NOTHING,
  notEqual,
  oneOf,
  relabelled,
  select,
  type Expression,
  type Matcher,
  type Selection,
} from '@tessera/domain-measurement';

/** What is read of a selection: its newest values by default, or a rate. */
export type Read = (of: Selection) => Expression;

export interface Exposed {
  readonly name: string;
  /** Labels that the series are to have, each with its value, or one of several, or, where any will do, undefined. */
  readonly labels: ExposedLabels;
  readonly matchers?: readonly Matcher[];
  readonly read?: Read | undefined;
}

type ExposedLabels = readonly (readonly [label: string, value?: string | readonly string[] | undefined])[];

/** One of the forms that labels take in Prometheus. */
interface Form {
  readonly matchers: readonly Matcher[];
  /** The labels that have been renamed: in all series, or in those where the renamed label is present. */
  readonly renamed: readonly (readonly [label: string, where: 'present' | 'all'])[];
}

/**
 * Series under the labels that their exporter gave them. Prometheus puts the labels of the scraped target first: where a
 * series has one of the same name, that becomes `exported_…`, unless the scrape honours labels. Each form is selected by
 * itself, and `limited` before it is joined with the others, so that what nothing has renamed costs what it would alone.
 */
export function exposedSeries(
  { name, labels, matchers = [], read = (of) => of }: Exposed,
  limited: (of: Expression) => Expression = (of) => of,
): Expression {
  // One of no values would be any series without the label.
  if (labels.some(([, value]) => typeof value === 'object' && value.length === 0)) return NOTHING;
  const [asItIs, ...renamed] = formsOf(labels, false).map((form) =>
    form.renamed.reduce(
      (of, [label, where]) => relabelled(of, exported(label), label, where),
      read(select(name, ...matchers, ...form.matchers)),
    ),
  );
  const [first, ...others] = renamed;
  const all = limited(asItIs as Expression);
  return first === undefined ? all : firstOf(all, limited(firstOf(first, ...others)));
}

/** Series under the labels that their exporter gave them, of all forms at once: for few series. */
export const withOwnNames = (of: Expression, ...labels: readonly string[]): Expression =>
  labels.reduce((series, label) => relabelled(series, exported(label), label), of);

const exported = (label: string): string => `exported_${label}`;

/** No series has two of the forms. Once a label is renamed, one without a value need not be told apart. */
function formsOf(labels: ExposedLabels, isRenamed: boolean): readonly Form[] {
  const [first, ...others] = labels;
  if (first === undefined) return [{ matchers: [], renamed: [] }];
  const [label, value] = first;
  const asRenamed = (...more: Matcher[]): readonly Form[] =>
    formsOf(others, true).map(({ matchers, renamed }) => ({
      matchers: [...more, ...matchers],
      renamed: [[label, more.length === 0 ? 'present' : 'all'], ...renamed],
    }));
  if (isRenamed && value === undefined) return asRenamed();
  const is = (name: string): Matcher =>
    typeof value === 'string' ? equal(name, value) : oneOf(name, ...(value ?? []));
  const asItIs = value === undefined ? [] : [is(label)];
  return [
    ...formsOf(others, isRenamed).map(({ matchers, renamed }) => ({
      matchers: [...asItIs, equal(exported(label), ''), ...matchers],
      renamed,
    })),
    ...asRenamed(value === undefined ? notEqual(exported(label), '') : is(exported(label))),
  ];
}
