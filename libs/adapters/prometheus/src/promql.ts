import type { Expression, Matcher, Selection } from '@tessera/domain-measurement';

/** The PromQL text of an expression. */
export function toPromQl(expression: Expression): string {
  switch (expression.op) {
    case 'select':
      return selector(expression);
    case 'rate':
      return `rate(${selector(expression.of)}[${expression.windowMs}ms])`;
    case 'and':
      return `(${toPromQl(expression.of)} and on (${expression.on.join(', ')}) ${selector(expression.where)})`;
    case 'or':
      return `(${toPromQl(expression.of)} or ${toPromQl(expression.other)})`;
    case 'aggregate':
      return `${expression.how} by (${expression.by.join(', ')}) (${toPromQl(expression.of)})`;
    case 'divide':
      return `(${toPromQl(expression.of)} / ${toPromQl(expression.by)})`;
    case 'promql':
      return expression.text;
    case 'times':
      return `(${toPromQl(expression.of)} * ${expression.factor})`;
  }
}

const selector = ({ name, matchers }: Selection): string => `${name}{${matchers.map(condition).join(',')}}`;

function condition(matcher: Matcher): string {
  if (matcher.is === 'one-of')
    return `${matcher.label}=~${JSON.stringify(matcher.values.map(literally).join('|'))}`;
  return `${matcher.label}${matcher.is === 'equal' ? '=' : '!='}${JSON.stringify(matcher.value)}`;
}

/** Escapes text for RE2; Prometheus anchors the whole expression. */
const literally = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
