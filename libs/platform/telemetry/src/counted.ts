import type { Registry } from 'prom-client';

/** A counter or histogram of our own that a registry takes as one of prom-client. */
export interface CountedOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly registers: readonly Registry[];
}

export type Labels<Label extends string> = Readonly<Record<Label, string>>;

/** Values of one metric by their labels, each with an object of its own that is looked up once. */
export abstract class Counted<Label extends string, Value extends { readonly labels: Labels<Label> }> {
  abstract readonly type: 'counter' | 'histogram';
  readonly aggregator = 'sum';
  readonly name: string;
  readonly help: string;
  private readonly series = new Map<string, Value>();

  constructor(private readonly common: CountedOptions<Label>) {
    this.name = common.name;
    this.help = common.help;
    // A registry asks its metrics for no more than their name and values.
    for (const registry of common.registers) registry.registerMetric(this as never);
  }

  /** The value of these labels, which counts until it is removed. Keep it: the look-up costs more than counting. */
  of(labels: Labels<Label>): Value {
    const key = this.keyOf(labels);
    let value = this.series.get(key);
    if (value === undefined) {
      value = this.begin(labels);
      this.series.set(key, value);
    }
    return value;
  }

  remove(labels: Labels<Label>): void {
    this.series.delete(this.keyOf(labels));
  }

  reset(): void {
    this.series.clear();
  }

  /** The form in which a registry takes the values of a metric. */
  get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    const values = [...this.series.values()].flatMap((value) => this.written(value));
    return Promise.resolve({ name, help, type, aggregator, values });
  }

  protected abstract begin(labels: Labels<Label>): Value;
  protected abstract written(value: Value): object[];

  private keyOf(labels: Labels<Label>): string {
    return this.common.labelNames.map((name) => labels[name]).join('\u0000');
  }
}
