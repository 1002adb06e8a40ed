import type { Expression, Matcher, Selection } from '@tessera/domain-measurement';

/** The PromQL text of an expression. */
export function toPromQl(expression: Expression): string {
  switch (expression.op) {
    case 'select':
      return selector(expression);
    case 'rate':
      return `rate(${selector(expression.of)}[${expression.windowMs}ms])`;
    case 'and':
    case 'unless':
      return `(${toPromQl(expression.of)} ${expression.op} on (${expression.on.join(', ')}) ${toPromQl(expression.where)})`;
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
      return idle(selector(expression.of), expression.windowMs);
    case 'nothing':
      return '(vector(0) < 0)';
    case 'relabel':
      return `label_replace(${toPromQl(expression.of)}, "${expression.to}", "$1", "${expression.from}", "(.+)")`;
    case 'quantile':
      return `histogram_quantile(${expression.quantile}, ${toPromQl(expression.of)})`;
    case 'promql':
      return expression.text;
    case 'times':
      return `(${toPromQl(expression.of)} * ${expression.factor})`;
  }
}

/** The subquery looks at each minute, so that the answer is up to a minute less; a series that is above 0 now is exact. */
const idle = (series: string, windowMs: number): string =>
  `((time() - timestamp(${series} > 0)) or (time() - max_over_time(timestamp(max_over_time(${series}[1m]) > 0)[${windowMs}ms:1m])) or (${series} * 0 + ${windowMs / 1000}))`;

const selector = ({ name, matchers }: Selection): string => `${name}{${matchers.map(condition).join(',')}}`;

function condition(matcher: Matcher): string {
  if (matcher.is === 'one-of')
    return `${matcher.label}=~${JSON.stringify(matcher.values.map(literally).join('|'))}`;
  return `${matcher.label}${matcher.is === 'equal' ? '=' : '!='}${JSON.stringify(matcher.value)}`;
}

/** Escapes text for RE2; Prometheus anchors the whole expression. */
const literally = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
