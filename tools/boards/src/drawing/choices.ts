import { filled, type BoardFile, type Values } from '../reading/board-file';
import type { AskedPrometheus } from '../reading/prometheus';

/**
 * Values of the choices of a board as Grafana has them at first: all where all can be chosen, else the first value that
 * Prometheus knows, and the default of a text. What is asked for goes before.
 */
export async function chosen(
  { templating }: BoardFile,
  prometheus: AskedPrometheus,
  asked: Values = {},
): Promise<Values> {
  const values: Record<string, string> = {};
  for (const { name, type, definition, query, allValue } of templating.list) {
    if (type === 'datasource') continue;
    const [first] =
      definition === undefined || allValue !== undefined || name in asked
        ? []
        : await prometheus.valuesOf(filled(definition, values));
    values[name] = asked[name] ?? allValue ?? first ?? (typeof query === 'string' ? query : '');
  }
  return values;
}
