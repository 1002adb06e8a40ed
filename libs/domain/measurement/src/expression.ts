/** A condition on one label of a series. An absent label counts as the empty text, as in Prometheus. */
export type Matcher =
  | { readonly label: string; readonly is: 'equal' | 'not-equal'; readonly value: string }
  | { readonly label: string; readonly is: 'one-of'; readonly values: readonly string[] };

/** The newest sample of every series with this name that meets all conditions. */
export interface Selection {
  readonly op: 'select';
  readonly name: string;
  readonly matchers: readonly Matcher[];
}

/**
 * How a measurement is computed from series: the part of PromQL that we use, as data, so that both a Prometheus server
 * and the local sample store can evaluate it.
 */
export type Expression =
  | Selection
  /** Increase per second of a counter over the window before the instant, resets taken out. */
  | { readonly op: 'rate'; readonly of: Selection; readonly windowMs: number }
  /** Series of `of` for which `where` has a series with the same values of the labels `on`. */
  | {
      readonly op: 'and';
      readonly of: Expression;
      readonly on: readonly string[];
      readonly where: Expression;
    }
  /** Series of `of` for which `where` has none with the same values of the labels `on`. */
  | {
      readonly op: 'unless';
      readonly of: Expression;
      readonly on: readonly string[];
      readonly where: Expression;
    }
  /** Series of `of`, and those of `other` whose labels no series of `of` has. */
  | { readonly op: 'or'; readonly of: Expression; readonly other: Expression }
  | {
      readonly op: 'aggregate';
      readonly how: 'sum' | 'avg' | 'max' | 'count';
      readonly by: readonly string[];
      readonly of: Expression;
    }
  /** Quotient of series with the same labels. */
  | { readonly op: 'divide'; readonly of: Expression; readonly by: Expression }
  /**
   * Series of `of` with the label `label` of the one series of `from` that has the same values of the labels `on`; those
   * for which there is none are left out.
   */
  | {
      readonly op: 'join';
      readonly of: Expression;
      readonly on: readonly string[];
      readonly label: string;
      readonly from: Expression;
    }
  /** Sum of series with the same labels; a series of one side alone has none. */
  | { readonly op: 'plus'; readonly of: Expression; readonly other: Expression }
  | { readonly op: 'times'; readonly of: Expression; readonly factor: number }
  /** Series whose value is at least `from` and less than `below`. */
  | { readonly op: 'between'; readonly of: Expression; readonly from: number; readonly below: number }
  /** The same series with one more label. */
  | { readonly op: 'label'; readonly of: Expression; readonly label: string; readonly value: string }
  /**
   * Seconds since a gauge was last above 0; where it was not within the window, the whole window, or the age of a series
   * that is younger.
   */
  | { readonly op: 'idle'; readonly of: Selection; readonly windowMs: number }
  /** No series: what the field measures and no source of ours has. */
  | { readonly op: 'nothing' }
  /**
   * The same series with the label `to` set to the value of the label `from`, where a series has that; `all` where every
   * series has it, which costs less.
   */
  | {
      readonly op: 'relabel';
      readonly of: Expression;
      readonly from: string;
      readonly to: string;
      readonly where: 'present' | 'all';
    }
  /**
   * Quantile of histograms: of the rates of classic buckets, which have the label `le`, or of native histograms, which
   * only a Prometheus server has.
   */
  | { readonly op: 'quantile'; readonly quantile: number; readonly of: Expression }
  /**
   * Sum of what native histograms observed, or the number of observations: they have no series of their own for these.
   * Nothing for series that are numbers.
   */
  | { readonly op: 'observations'; readonly part: 'sum' | 'count'; readonly of: Expression }
  /** Text of a query that only a Prometheus server can evaluate. */
  | { readonly op: 'promql'; readonly text: string };

export const select = (name: string, ...matchers: Matcher[]): Selection => ({ op: 'select', name, matchers });
export const equal = (label: string, value: string): Matcher => ({ label, is: 'equal', value });
export const notEqual = (label: string, value: string): Matcher => ({ label, is: 'not-equal', value });
export const oneOf = (label: string, ...values: string[]): Matcher => ({ label, is: 'one-of', values });
export const rate = (of: Selection, windowMs: number): Expression => ({ op: 'rate', of, windowMs });
export const sum = (of: Expression, ...by: string[]): Expression => ({ op: 'aggregate', how: 'sum', by, of });
export const avg = (of: Expression, ...by: string[]): Expression => ({ op: 'aggregate', how: 'avg', by, of });
export const count = (of: Expression, ...by: string[]): Expression => ({
  op: 'aggregate',
  how: 'count',
  by,
  of,
});
export const max = (of: Expression, ...by: string[]): Expression => ({ op: 'aggregate', how: 'max', by, of });
export const divide = (of: Expression, by: Expression): Expression => ({ op: 'divide', of, by });
export const and = (of: Expression, on: readonly string[], where: Expression): Expression => ({
  op: 'and',
  of,
  on,
  where,
});
export const plus = (of: Expression, other: Expression): Expression => ({ op: 'plus', of, other });
export const between = (of: Expression, from: number, below: number): Expression => ({
  op: 'between',
  of,
  from,
  below,
});
export const unless = (of: Expression, on: readonly string[], where: Expression): Expression => ({
  op: 'unless',
  of,
  on,
  where,
});
export const joined = (
  of: Expression,
  on: readonly string[],
  label: string,
  from: Expression,
): Expression => ({ op: 'join', of, on, label, from });
export const relabelled = (
  of: Expression,
  from: string,
  to: string,
  where: 'present' | 'all' = 'present',
): Expression => ({ op: 'relabel', of, from, to, where });
export const labelled = (of: Expression, label: string, value: string): Expression => ({
  op: 'label',
  of,
  label,
  value,
});
export const idle = (of: Selection, windowMs: number): Expression => ({ op: 'idle', of, windowMs });
export const NOTHING: Expression = { op: 'nothing' };
/** The first expression, and what each further one adds. */
export const firstOf = (first: Expression, ...others: Expression[]): Expression =>
  others.reduce((of, other): Expression => ({ op: 'or', of, other }), first);
export const quantileOf = (quantile: number, of: Expression): Expression => ({
  op: 'quantile',
  quantile,
  of,
});
export const observations = (part: 'sum' | 'count', of: Expression): Expression => ({
  op: 'observations',
  part,
  of,
});
export const promql = (text: string): Expression => ({ op: 'promql', text });
export const times = (of: Expression, factor: number): Expression => ({ op: 'times', of, factor });

/** Whether the labels meet the condition. */
export function meets(labels: Readonly<Record<string, string>>, matcher: Matcher): boolean {
  const value = labels[matcher.label] ?? '';
  if (matcher.is === 'one-of') return matcher.values.includes(value);
  return (value === matcher.value) === (matcher.is === 'equal');
}

/** Names of all series that an expression reads. */
export function namesIn(expression: Expression): readonly string[] {
  switch (expression.op) {
    case 'select':
      return [expression.name];
    case 'and':
    case 'unless':
      return [...namesIn(expression.of), ...namesIn(expression.where)];
    case 'join':
      return [...namesIn(expression.of), ...namesIn(expression.from)];
    case 'or':
      return [...namesIn(expression.of), ...namesIn(expression.other)];
    case 'divide':
      return [...namesIn(expression.of), ...namesIn(expression.by)];
    case 'plus':
      return [...namesIn(expression.of), ...namesIn(expression.other)];
    case 'promql':
    case 'nothing':
      return [];
    default:
      return namesIn(expression.of);
  }
}
