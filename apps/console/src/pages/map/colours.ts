import { duration } from '../../components/values/time';
import { number } from '../../components/values/numbers';
import type { Holder, MapNode, Piece } from './shares';

export const COLOURS_BY = ['project', 'use', 'age'] as const;
export type ColourBy = (typeof COLOURS_BY)[number];

/** How a share is filled: a colour of the design, and a texture where colours alone would not distinguish shares. */
export interface Fill {
  /** Name of a custom property. */
  readonly colour: string;
  readonly texture: 'plain' | 'stripes' | 'dots' | 'cross';
}

export interface LegendEntry {
  readonly label: string;
  readonly fill: Fill;
}

export interface Scheme {
  readonly entries: readonly LegendEntry[];
  fillOf(piece: Piece): Fill;
}

const TEXTURES = ['plain', 'stripes', 'dots'] as const;
const HUES = 7;
const STEPS = 5;
const step = (index: number): Fill => ({ colour: `--step-of-5-${index}`, texture: 'plain' });
const SCALE = Array.from({ length: STEPS }, (_, index) => step(index + 1));

/** Of a project that the reader may not see. */
export const ANOTHER: Fill = { colour: '--calm', texture: 'cross' };
const UNKNOWN: Fill = { colour: '--calm', texture: 'stripes' };
/** A MIG instance that nobody uses. */
export const FREE: Fill = { colour: '--surface', texture: 'plain' };

const HOUR = 3_600_000;
const AGES = [
  [HOUR, 'less than an hour'],
  [24 * HOUR, 'less than a day'],
  [7 * 24 * HOUR, 'less than a week'],
  [30 * 24 * HOUR, 'less than 30 days'],
  [Infinity, 'longer'],
] as const;
const USES = [20, 40, 60, 80, Infinity];

/** The colours of all shares on the nodes; times in ms. */
export function schemeOf(by: ColourBy, nodes: readonly MapNode[], now: number): Scheme {
  if (by === 'project') return byProject(nodes);
  return by === 'age' ? byAge(now) : byUse(nodes);
}

/** Each project has its colour by its place among all names, so that it stays the same while shares come and go. */
function byProject(nodes: readonly MapNode[]): Scheme {
  const names = new Map<string, string>();
  for (const { workload } of holdersOf(nodes))
    if (workload !== undefined) names.set(workload.projectId, workload.projectName);
  const sorted = [...names].sort(([, a], [, b]) => a.localeCompare(b));
  const fills = new Map(
    sorted.map(([id], index): [string, Fill] => [
      id,
      {
        colour: `--hue-${(index % HUES) + 1}`,
        texture: TEXTURES[Math.floor(index / HUES) % TEXTURES.length] ?? 'plain',
      },
    ]),
  );
  return {
    entries: sorted.map(([id, label]) => ({ label, fill: fills.get(id) ?? UNKNOWN })),
    fillOf: (piece) => ownOr(piece, ({ workload }) => fills.get(workload?.projectId ?? '') ?? UNKNOWN),
  };
}

function byAge(now: number): Scheme {
  return {
    entries: AGES.map(([, label], index) => ({ label, fill: SCALE[index] ?? UNKNOWN })),
    fillOf: (piece) =>
      ownOr(piece, ({ since }) => {
        const age = now - Date.parse(since ?? '');
        return SCALE[AGES.findIndex(([limit]) => age < limit)] ?? UNKNOWN;
      }),
  };
}

function byUse(nodes: readonly MapNode[]): Scheme {
  const isMeasured = [...holdersOf(nodes)].some(({ utilisation }) => utilisation !== undefined);
  const steps = USES.map((limit, index) => ({
    label: limit === Infinity ? 'over 80 %' : `up to ${limit} %`,
    fill: SCALE[index] ?? UNKNOWN,
  }));
  return {
    entries: [...(isMeasured ? steps : []), { label: 'not measured', fill: UNKNOWN }],
    fillOf: (piece) =>
      ownOr(piece, ({ utilisation }) =>
        utilisation === undefined
          ? UNKNOWN
          : (SCALE[USES.findIndex((limit) => utilisation <= limit)] ?? UNKNOWN),
      ),
  };
}

/** What is free and what is another's looks the same in all schemes. */
function ownOr({ holder }: Piece, fillOf: (holder: Holder) => Fill): Fill {
  if (holder === undefined) return FREE;
  return holder.workload === undefined ? ANOTHER : fillOf(holder);
}

function* holdersOf(nodes: readonly MapNode[]): Generator<Holder> {
  for (const { gpus } of nodes)
    for (const { pieces } of gpus) for (const { holder } of pieces) if (holder !== undefined) yield holder;
}

/** The text on a share. */
export const labelOf = ({ holder, mig }: Piece): string =>
  holder === undefined ? `${mig?.profile ?? ''} free` : (holder.workload?.name ?? 'another project');

/** Black or white, whichever can be read on a colour; `rgb(…)` as browsers compute it. */
export function inkOn(colour: string): '#000000' | '#ffffff' {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000000' : '#ffffff';
}

/** How long a share has been held, for people. */
export const ageOf = ({ since }: Holder, now: number): string =>
  since === undefined ? '' : duration(Math.max(0, now - Date.parse(since)));

export const useOf = ({ utilisation }: Holder): string =>
  utilisation === undefined ? 'not measured' : `${number(utilisation)} %`;
