import { measuredRanges, type Expression, type Matcher, type Selection } from '@tessera/domain-measurement';

/** The PromQL text of an expression. */
export function toPromQl(expression: Expression): string {
  switch (expression.op) {
    case 'select':
      return measured(expression.name, selector(expression));
    case 'rate':
      return rate(expression.of, expression.windowMs);
    case 'and':
    case 'unless':
      return limited(expression);
    case 'join':
      return joined(expression);
    case 'or':
      return `(${toPromQl(expression.of)} or ${toPromQl(expression.other)})`;
    case 'aggregate':
      return `${expression.how} by (${expression.by.join(', ')}) (${toPromQl(expression.of)})`;
    case 'divide':
      return `(${toPromQl(expression.of)} / ${toPromQl(expression.by)})`;
    case 'plus':
      return `(${toPromQl(expression.of)} + ${toPromQl(expression.other)})`;
    case 'between':
      return `(${toPromQl(expression.of)} >= ${expression.from} < ${expression.below})`;
    case 'label':
      return `label_replace(${toPromQl(expression.of)}, ${JSON.stringify(expression.label)}, ${JSON.stringify(expression.value)}, "", "")`;
    case 'idle':
      return idle(expression.of, expression.windowMs);
    case 'nothing':
      return '(vector(0) < 0)';
    case 'relabel':
      if (expression.where === 'all')
        return `label_join(${toPromQl(expression.of)}, "${expression.to}", "", "${expression.from}")`;
      return `label_replace(${toPromQl(expression.of)}, "${expression.to}", "$1", "${expression.from}", "(.+)")`;
    case 'quantile':
      return `histogram_quantile(${expression.quantile}, ${toPromQl(expression.of)})`;
    case 'observations':
      return `histogram_${expression.part}(${toPromQl(expression.of)})`;
    case 'promql':
      return expression.text;
    case 'times':
      return `(${toPromQl(expression.of)} * ${expression.factor})`;
  }
}

/** If several series have the label, which would fail the query, the first one counts. */
function joined({ of, on, label, from }: Extract<Expression, { op: 'join' }>): string {
  const labels = on.join(', ');
  const one = `topk by (${labels}) (1, max by (${[...on, label].join(', ')}) (${toPromQl(from)}))`;
  return `(${toPromQl(of)} + on (${labels}) group_left (${label}) (0 * ${one}))`;
}

/** What was not measured is left out of the few series that remain. */
function limited({ op, of, on, where }: Extract<Expression, { op: 'and' | 'unless' }>): string {
  const among = (series: string): string => `(${series} ${op} on (${on.join(', ')}) ${toPromQl(where)})`;
  return of.op === 'select' && measuredRanges(of.name)?.length === 1
    ? measured(of.name, among(selector(of)))
    : among(toPromQl(of));
}

/** The values that the series measured. */
function measured(name: string, values: string): string {
  const ranges = measuredRanges(name)?.map(([from, below]) => `${values} >= ${from} < ${below}`);
  return ranges === undefined ? values : `(${ranges.join(' or ')})`;
}

/** A window with a value that was not measured has no rate: the counter may have been reset there. */
function rate(of: Selection, windowMs: number): string {
  const window = `${selector(of)}[${windowMs}ms]`;
  if (measuredRanges(of.name) === undefined) return `rate(${window})`;
  const bounds = ['max_over_time', 'min_over_time'].map((bound) => measured(of.name, `${bound}(${window})`));
  return `(rate(${window}) and ${bounds.join(' and ')})`;
}

/**
 * The subqueries evaluate each minute, so the result is up to a minute too small; it is exact for a series that is
 * above 0 now, and for one that existed before the window and was never above 0 in it.
 */
function idle(of: Selection, windowMs: number): string {
  const series = selector(of);
  const now = measured(of.name, series);
  const minute = measured(of.name, `max_over_time(${series}[1m])`);
  const window = `[${windowMs}ms:1m]`;
  const seconds = [
    `(time() - timestamp(${now} > 0))`,
    `(time() - max_over_time(timestamp(${minute} > 0)${window}))`,
    `(${series} * 0 + ${windowMs / 1000} and ${series} offset ${windowMs}ms)`,
    `(time() - min_over_time(timestamp(${series})${window}))`,
    `(${series} * 0)`,
  ].join(' or ');
  return now === series ? `(${seconds})` : `((${seconds}) and ${now})`;
}

const selector = ({ name, matchers }: Selection): string => `${name}{${matchers.map(condition).join(',')}}`;

function condition(matcher: Matcher): string {
  if (matcher.is === 'one-of')
    return `${matcher.label}=~${JSON.stringify(matcher.values.map(literally).join('|'))}`;
  return `${matcher.label}${matcher.is === 'equal' ? '=' : '!='}${JSON.stringify(matcher.value)}`;
}

/** Escapes text for RE2; Prometheus anchors the whole expression. */
const literally = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
