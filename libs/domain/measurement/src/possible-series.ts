import { firstOf, NOTHING, type Expression, type Matcher, type Selection } from './expression';

/** The names of all series that a source has, and of all their labels. */
export interface KnownSeries {
  readonly names: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
}

/**
 * The same values from fewer reads: without the parts that cannot have a series in a source that has these alone,
 * without conditions that every series meets, and grouped by labels that series can have.
 */
export function possibleOnly(expression: Expression, known: KnownSeries): Expression {
  const of = (part: Expression): Expression => possibleOnly(part, known);
  switch (expression.op) {
    case 'select':
      return possibleSelection(expression, known) ?? NOTHING;
    case 'rate':
    case 'idle': {
      const selection = possibleSelection(expression.of, known);
      return selection === undefined ? NOTHING : { ...expression, of: selection };
    }
    case 'and':
    case 'unless': {
      const [left, where] = [of(expression.of), of(expression.where)];
      if (isNothing(left)) return NOTHING;
      if (isNothing(where)) return expression.op === 'and' ? NOTHING : left;
      return { ...expression, of: left, where };
    }
    case 'join': {
      const [left, from] = [of(expression.of), of(expression.from)];
      return isNothing(left) || isNothing(from) ? NOTHING : { ...expression, of: left, from };
    }
    case 'or': {
      const [first, ...others] = [of(expression.of), of(expression.other)].filter((part) => !isNothing(part));
      return first === undefined ? NOTHING : firstOf(first, ...others);
    }
    case 'divide': {
      const [left, by] = [of(expression.of), of(expression.by)];
      return isNothing(left) || isNothing(by) ? NOTHING : { ...expression, of: left, by };
    }
    case 'plus': {
      const [left, other] = [of(expression.of), of(expression.other)];
      return isNothing(left) || isNothing(other) ? NOTHING : { ...expression, of: left, other };
    }
    case 'relabel': {
      const series = of(expression.of);
      const isCopied = expression.where === 'all' || known.labels.has(expression.from);
      return isNothing(series) || !isCopied ? series : { ...expression, of: series };
    }
    case 'aggregate': {
      const series = of(expression.of);
      if (isNothing(series)) return NOTHING;
      const added = addedLabels(series);
      const has = (label: string): boolean => known.labels.has(label) || (added?.has(label) ?? true);
      return { ...expression, of: series, by: expression.by.filter(has) };
    }
    case 'nothing':
    case 'promql':
      return expression;
    default: {
      const series = of(expression.of);
      return isNothing(series) ? NOTHING : { ...expression, of: series };
    }
  }
}

/** Labels that steps of the expression give to series of the source; undefined where that is not known. */
function addedLabels(expression: Expression): ReadonlySet<string> | undefined {
  const all = (...parts: readonly (ReadonlySet<string> | undefined)[]): ReadonlySet<string> | undefined =>
    parts.includes(undefined) ? undefined : new Set(parts.flatMap((part) => [...(part ?? [])]));
  switch (expression.op) {
    case 'select':
    case 'nothing':
      return new Set();
    case 'promql':
      return undefined;
    case 'label':
      return all(addedLabels(expression.of), new Set([expression.label]));
    case 'relabel':
      return all(addedLabels(expression.of), new Set([expression.to]));
    case 'join':
      return all(addedLabels(expression.of), new Set([expression.label]));
    case 'or':
      return all(addedLabels(expression.of), addedLabels(expression.other));
    default:
      return addedLabels(expression.of);
  }
}

const isNothing = ({ op }: Expression): boolean => op === 'nothing';

/** Undefined where no series can meet the conditions. */
function possibleSelection(selection: Selection, { names, labels }: KnownSeries): Selection | undefined {
  const open = selection.matchers.filter(({ label }) => !labels.has(label));
  if (!names.has(selection.name) || !open.every(isMetByAbsence)) return undefined;
  return { ...selection, matchers: selection.matchers.filter(({ label }) => labels.has(label)) };
}

/** An absent label is the empty text. */
const isMetByAbsence = (matcher: Matcher): boolean => {
  if (matcher.is === 'one-of') return matcher.values.includes('');
  return (matcher.value === '') === (matcher.is === 'equal');
};
