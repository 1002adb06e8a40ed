/** A board as it is written down; {@link file://./grafana.ts} makes Grafana's form of it. */
export interface Board {
  /** Stays for ever: links and bookmarks lead to it. */
  readonly uid: `tessera-${string}`;
  readonly title: string;
  /** The questions that the board answers. */
  readonly description: string;
  /** Time that the board shows at first, in Grafana's words; default the last hour. */
  readonly from?: string;
  readonly variables?: readonly Variable[];
  /** The first row has no title: it is what one sees from across the room. */
  readonly rows: readonly Row[];
}

export interface Row {
  readonly title?: string;
  readonly panels: readonly Panel[];
}

/** A choice at the top of a board. */
export type Variable =
  | {
      readonly name: string;
      readonly label: string;
      /** Series and label whose values can be chosen. */
      readonly series: string;
      readonly of: string;
      /** `all` begins with all values, `one` with the first, `hidden` follows from the other choices. */
      readonly choice: 'all' | 'one' | 'hidden';
    }
  | { readonly name: string; readonly label: string; readonly text: string };

export interface Query {
  readonly expr: string;
  /** Name of the line, in Grafana's form: `{{label}}`. */
  readonly legend: string;
}

/** A limit from which on a value has this colour. */
export interface Limit {
  readonly from: number;
  readonly colour: 'green' | 'orange' | 'red' | 'blue';
}

export interface Panel {
  readonly kind: 'stat' | 'lines' | 'areas' | 'bars' | 'table';
  readonly title: string;
  /** What the panel says, and what to do when it looks wrong. */
  readonly meaning: string;
  /** A unit of Grafana. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** In columns of 24, and in rows of 30 pixels. */
  readonly width: number;
  readonly height: number;
  readonly limits?: readonly Limit[];
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  /** Name of the alert that watches the same; the panel leads to its runbook. */
  readonly alert?: string;
  /** Of a table: columns in this order, with their titles; others are hidden. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Uid of the board with more, to which a click leads. */
  readonly more?: Board['uid'];
}

type Rest = Partial<
  Pick<Panel, 'limits' | 'decimals' | 'min' | 'max' | 'alert' | 'more' | 'width' | 'height'>
>;

/** One large number. Six stand beside each other unless they are wider. */
export const stat = (title: string, meaning: string, unit: string, expr: string, rest: Rest = {}): Panel => ({
  kind: 'stat',
  title,
  meaning,
  unit,
  queries: [{ expr, legend: title }],
  width: 4,
  height: 4,
  ...rest,
});

const drawn =
  (kind: Panel['kind']) =>
  (title: string, meaning: string, unit: string, queries: readonly Query[], rest: Rest = {}): Panel => ({
    kind,
    title,
    meaning,
    unit,
    queries,
    width: 8,
    height: 8,
    min: 0,
    ...rest,
  });

/** Lines over time. */
export const lines = drawn('lines');
/** Parts of a whole over time, one above the other. */
export const areas = drawn('areas');
/** One bar for each value now. */
export const bars = drawn('bars');

/** The newest values as a table; `Value` is the column of the value. */
export const table = (
  title: string,
  meaning: string,
  unit: string,
  expr: string,
  columns: Readonly<Record<string, string>>,
  rest: Rest = {},
): Panel => ({
  kind: 'table',
  title,
  meaning,
  unit,
  queries: [{ expr, legend: '' }],
  columns,
  width: 12,
  height: 8,
  ...rest,
});

/** Nothing is wrong up to here, then orange, then red. */
export const upTo = (orange: number, red: number): readonly Limit[] => [
  { from: -Infinity, colour: 'green' },
  { from: orange, colour: 'orange' },
  { from: red, colour: 'red' },
];
/** Red below the first, orange below the second. */
export const downTo = (red: number, orange: number): readonly Limit[] => [
  { from: -Infinity, colour: 'red' },
  { from: red, colour: 'orange' },
  { from: orange, colour: 'green' },
];
/** 0 is right, and everything else is wrong. */
export const NONE: readonly Limit[] = [
  { from: -Infinity, colour: 'green' },
  { from: 0.01, colour: 'red' },
];
/** A number that is neither right nor wrong. */
export const NEUTRAL: readonly Limit[] = [{ from: -Infinity, colour: 'blue' }];
