/** What is read of a board in Grafana's form. */
export interface BoardFile {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly links: readonly { readonly title: string; readonly url: string }[];
  readonly time: { readonly from: string };
  readonly timezone: string;
  readonly refresh: string;
  readonly templating: { readonly list: readonly VariableFile[] };
  readonly panels: readonly PanelFile[];
}

export interface VariableFile {
  readonly name: string;
  readonly type: string;
  readonly definition?: string;
  readonly query?: unknown;
  readonly allValue?: string;
}

export interface PanelFile {
  readonly type: 'stat' | 'timeseries' | 'bargauge' | 'table' | 'row';
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly links?: readonly { readonly title: string; readonly url: string }[];
  readonly targets?: readonly TargetFile[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly decimals?: number;
      readonly max?: number;
      readonly thresholds?: {
        readonly steps: readonly { readonly value: number | null; readonly color: string }[];
      };
    };
  };
  readonly options?: { readonly legend?: { readonly showLegend: boolean } };
  readonly transformations?: readonly { readonly id: string; readonly options: unknown }[];
}

export interface TargetFile {
  readonly expr: string;
  readonly legendFormat: string;
  readonly instant?: boolean;
}

/** Values of variables, by their names without the dollar. */
export type Values = Readonly<Record<string, string>>;

/** A query as Grafana sends it: the longest names first, so that `$workload_id` is not `$workload` and `_id`. */
export const filled = (expr: string, values: Values): string =>
  Object.entries(values)
    .sort(([a], [b]) => b.length - a.length)
    .reduce((text, [name, value]) => text.replaceAll(`$${name}`, value), expr);
