import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filled, type BoardFile, type PanelFile, type Values } from '../reading/board-file';
import type { AskedPrometheus, Found } from '../reading/prometheus';

/** A panel with what its queries found. */
interface DrawnPanel extends PanelFile {
  readonly found: readonly (readonly { readonly name: string; readonly found: Found }[])[];
}

export interface DrawnBoard {
  readonly title: string;
  readonly description: string;
  readonly choices: Values;
  readonly links: BoardFile['links'];
  readonly panels: readonly DrawnPanel[];
  readonly from: number;
  readonly to: number;
  /** Seconds between two points. */
  readonly step: number;
}

export interface DrawingOptions {
  /** Time that is shown, minutes. */
  readonly minutes: number;
  /** The page loads itself again after so many seconds; by default it does not. */
  readonly everySeconds?: number;
}

/** Points of a line. */
const POINTS = 120;

/**
 * A page that shows the board with the data of a Prometheus server, for pictures and for use without Grafana. It
 * follows the layout, units, thresholds and legends of the file, so what is wrong there is seen here.
 */
export async function drawBoard(
  board: BoardFile,
  prometheus: AskedPrometheus,
  values: Values,
  { minutes, everySeconds }: DrawingOptions,
): Promise<string> {
  const to = Math.floor(Date.now() / 1000);
  const from = to - minutes * 60;
  const step = Math.max(1, Math.round((minutes * 60) / POINTS));
  const given = { __range: `${minutes}m`, __rate_interval: '30s', ...values };
  const panels: DrawnPanel[] = [];
  for (const panel of board.panels) {
    const found = await Promise.all(
      (panel.targets ?? []).map(async ({ expr, legendFormat, instant }) => {
        const query = filled(expr, given);
        const all = await (instant === true ? prometheus.now(query) : prometheus.over(query, from, to, step));
        return all.map((one) => ({ name: nameOf(legendFormat, one), found: one }));
      }),
    );
    panels.push({ ...panel, found });
  }
  const shown = Object.entries(values).filter(([name]) => !name.startsWith('__'));
  const choices = Object.fromEntries(
    shown.filter(([name]) => board.templating.list.some((one) => one.name === name)),
  );
  const { title, description } = board;
  const { links } = board;
  const page = pageOf({ title, description, choices, links, panels, from, to, step });
  return everySeconds === undefined
    ? page
    : page.replace('<title>', `<meta http-equiv="refresh" content="${everySeconds}"><title>`);
}

/** `{{label}}` in a legend is the value of the label. */
const nameOf = (legend: string, { labels }: Found): string =>
  legend.replaceAll(/\{\{(\w+)\}\}/g, (_all, label: string) => labels[label] ?? '');

const part = (name: string): string => readFileSync(join(__dirname, 'page', name), 'utf8');
const library = (name: string): string => readFileSync(require.resolve(`uplot/dist/${name}`), 'utf8');

/** The page is one text: everything that it needs stands in it. */
const pageOf = (drawn: DrawnBoard): string => `<!doctype html>
<meta charset="utf-8"><title>${drawn.title}</title>
<style>${library('uPlot.min.css')}${part('page.css')}</style>
<body><script>${library('uPlot.iife.min.js')}</script>
<script>const board = ${JSON.stringify(drawn).replaceAll('<', '\\u003c')};</script>
<script>${part('page.js')}</script></body>`;
