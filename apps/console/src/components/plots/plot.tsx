import { maybe } from '@tessera/kernel';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { number } from '../values/numbers';
import { PlotMarks, type Area, type Mark } from './plot-marks';
import { aligned, type Line } from './series';
import { exact } from '../values/time';
import { useThemeChanges } from './use-theme-changes';

const HEIGHT = 170;
const DAY = '\n{D} {MMM} {YYYY}';
/** Texts of times below the lines, as everywhere in the console: 24 hours, the day before the month. */
const TIMES: uPlot.Axis.Values = [
  // From a distance of so many seconds; the text; what is added where year, month, day, hour, … begin; 1: below it.
  [365 * 86_400, '{YYYY}', null, null, null, null, null, null, 1],
  [28 * 86_400, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', DAY, null, '\n{D} {MMM}', null, null, null, 1],
  [0, '{HH}:{mm}:{ss}', DAY, null, '\n{D} {MMM}', null, null, null, 1],
];
/** Names of colours of the design, so that both themes fit. */
const COLOURS = ['--accent', '--warn', '--good', '--bad', '--calm'];

/** Lines over time. Its last values stand beside it as text, for those who cannot see it. */
export default function Plot({
  title,
  lines,
  unit,
  range,
  isStepped = false,
  marks = NO_MARKS,
}: {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly unit: string;
  /** What was asked for, in seconds. */
  readonly range: readonly [from: number, to: number];
  /** Values hold until the next one, as numbers of replicas do. */
  readonly isStepped?: boolean;
  readonly marks?: readonly Mark[];
}): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const theme = useThemeChanges();
  const [area, setArea] = useState<Area>();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const measure = ({ bbox }: uPlot): void => setArea(areaOf(bbox));
    const plot = new uPlot(
      {
        ...optionsOf(element, lines, unit, range, isStepped),
        hooks: { ready: [measure], setSize: [measure] },
      },
      aligned(lines) as uPlot.AlignedData,
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [lines, unit, range, isStepped, theme]);
  const summary = lines
    .map(
      ({ label, values }) => `${label}: ${number(values.findLast((value) => value !== null) ?? 0)} ${unit}`,
    )
    .join('; ');
  return (
    <div className="plot">
      <div ref={place} role="img" aria-label={`${title}. ${summary}`} />
      {area === undefined ? null : <PlotMarks marks={marks} area={area} range={range} />}
    </div>
  );
}

const NO_MARKS: readonly Mark[] = [];

/** The part of the canvas with the lines, in the pixels of the page. */
const areaOf = ({ left, top, width, height }: uPlot.BBox): Area => ({
  left: left / devicePixelRatio,
  top: top / devicePixelRatio,
  width: width / devicePixelRatio,
  height: height / devicePixelRatio,
});

function optionsOf(
  element: HTMLElement,
  lines: readonly Line[],
  unit: string,
  range: readonly [from: number, to: number],
  isStepped: boolean,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => resolved(style.getPropertyValue(name), element);
  const axis: uPlot.Axis = {
    stroke: colour('--ink-soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
  };
  const stepped = isStepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return {
    width: Math.max(200, element.clientWidth),
    height: HEIGHT,
    cursor: { y: false, points: { size: 6 } },
    legend: { live: true },
    axes: [
      { ...axis, values: TIMES },
      { ...axis, size: 56, values: (_, ticks) => ticks.map(number) },
    ],
    scales: {
      x: { range: () => [...range] },
      y: { range: (_, low, high) => [Math.min(0, low), high <= 0 ? 1 : high * 1.1] },
    },
    series: [
      { value: (_, at) => (at === null ? '–' : exact(at * 1000)) },
      ...lines.map(({ label }, index): uPlot.Series => ({
        label,
        stroke: colour(COLOURS[index % COLOURS.length] ?? '--accent'),
        width: 2,
        dash: index < COLOURS.length ? [] : [6, 4],
        value: (_, value) => (value === null ? '–' : `${number(value)} ${unit}`),
        points: { show: false },
        ...maybe('paths', stepped),
      })),
    ],
  };
}

/** The colour that a browser makes of a style such as `light-dark(…)`, which a canvas does not take. */
function resolved(value: string, within: HTMLElement): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  within.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
