import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
} from '@grafana/grafana-foundation-sdk/common';
import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as statPanel from '@grafana/grafana-foundation-sdk/stat';
import * as tablePanel from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { Board, Limit, Panel, Variable } from './board';
import { runbookOf } from './runbooks';

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
/** Columns of a board. */
const COLUMNS = 24;

export interface Surroundings {
  /** Boards to link to, this one included. */
  readonly boards: readonly Pick<Board, 'uid' | 'title'>[];
}

/** The board in Grafana's form: everything that does not depend on the time of its making. */
export function grafanaBoard(board: Board, { boards }: Surroundings): dashboard.Dashboard {
  const { uid, title, description, from = 'now-1h', variables = [], rows } = board;
  const made = new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['tessera'])
    .timezone('utc')
    .refresh('10s')
    .time({ from, to: 'now' })
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .readonly()
    .links(boards.filter((one) => one.uid !== uid).map(linkTo))
    .variables([
      new dashboard.DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'),
      ...variables.map(variableOf),
    ]);
  let id = 0;
  let y = 0;
  for (const { title: name, panels } of rows) {
    if (name !== undefined) {
      made.withRow(new dashboard.RowBuilder(name).gridPos({ x: 0, y, w: COLUMNS, h: 1 }));
      y += 1;
    }
    let x = 0;
    let height = 0;
    for (const panel of panels) {
      if (x + panel.width > COLUMNS) {
        x = 0;
        y += height;
        height = 0;
      }
      const gridPos = { x, y, w: panel.width, h: panel.height };
      made.withPanel(panelOf(panel, (id += 1), gridPos));
      x += panel.width;
      height = Math.max(height, panel.height);
    }
    y += height;
  }
  const built = made.build();
  // The package puts links into a menu by default; on a board they are what one clicks.
  return { ...built, links: (built.links ?? []).map(({ placement: _menu, ...link }) => link) };
}

const linkTo = ({ uid, title }: Pick<Board, 'uid' | 'title'>) =>
  new dashboard.DashboardLinkBuilder(title.replace(/^Tessera: /, ''))
    .type(dashboard.DashboardLinkType.Link)
    .url(`/d/${uid}`)
    .keepTime(true)
    .includeVars(true)
    .icon('dashboard');

function variableOf(variable: Variable): Builder<dashboard.VariableModel> {
  const { name, label } = variable;
  if ('text' in variable)
    return new dashboard.TextBoxVariableBuilder(name).label(label).defaultValue(variable.text);
  const definition = `label_values(${variable.series}, ${variable.of})`;
  const made = new dashboard.QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query({ query: definition, refId: name })
    .definition(definition)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc);
  if (variable.choice === 'hidden') return made.hide(dashboard.VariableHide.HideVariable);
  if (variable.choice === 'one') return made;
  return made
    .includeAll(true)
    .multi(true)
    .allValue('.*')
    .current({ selected: true, text: 'All', value: '$__all' });
}

function panelOf(panel: Panel, id: number, gridPos: dashboard.GridPos): Builder<dashboard.Panel> {
  const { title, meaning, unit, limits = [], decimals, min, max, more, alert } = panel;
  const made = drawnBy(panel)
    .id(id)
    .title(title)
    .description(alert === undefined ? meaning : `${meaning} Alert: ${alert}.`)
    .gridPos(gridPos)
    .datasource(DATASOURCE)
    .unit(unit)
    .targets(queriesOf(panel));
  if (limits.length > 0) made.thresholds(thresholdsOf(limits));
  if (decimals !== undefined) made.decimals(decimals);
  if (min !== undefined) made.min(min);
  if (max !== undefined) made.max(max);
  const links = [
    ...(alert === undefined ? [] : [linkOf(`Runbook of ${alert}`, runbookOf(alert)).targetBlank(true)]),
    ...(more === undefined
      ? []
      : [linkOf('More', `/d/${more}?\${__url_time_range}&\${datasource:queryparam}`)]),
  ];
  if (links.length > 0) made.links(links);
  return made;
}

const linkOf = (title: string, url: string) =>
  new dashboard.DashboardLinkBuilder(title).type(dashboard.DashboardLinkType.Link).url(url);

type AnyPanel =
  statPanel.PanelBuilder | timeseries.PanelBuilder | bargauge.PanelBuilder | tablePanel.PanelBuilder;

function drawnBy(panel: Panel): AnyPanel {
  switch (panel.kind) {
    case 'stat':
      return new statPanel.PanelBuilder()
        .reduceOptions(NEWEST())
        .colorMode(BigValueColorMode.Background)
        .graphMode(BigValueGraphMode.None);
    case 'bars':
      return new bargauge.PanelBuilder()
        .reduceOptions(NEWEST())
        .orientation(VizOrientation.Horizontal)
        .displayMode(BarGaugeDisplayMode.Basic);
    case 'table':
      return tableOf(panel);
    case 'lines':
    case 'areas':
      return linesOf(panel);
    default:
      return panel.kind satisfies never;
  }
}

const NEWEST = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull']);

function linesOf({ kind, queries }: Panel): timeseries.PanelBuilder {
  const isStacked = kind === 'areas';
  const made = new timeseries.PanelBuilder()
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(2)
    .fillOpacity(isStacked ? 60 : 8)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        // One line is named by the title of its panel.
        .showLegend(queries.length > 1 || queries.some(({ legend }) => legend.includes('{{'))),
    );
  return isStacked ? made.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : made;
}

function tableOf({ columns = {} }: Panel): tablePanel.PanelBuilder {
  const names = Object.keys(columns);
  return new tablePanel.PanelBuilder()
    .withTransformation({ id: 'filterFieldsByName', options: { include: { names } } })
    .withTransformation({
      id: 'organize',
      options: {
        indexByName: Object.fromEntries(names.map((name, index) => [name, index])),
        renameByName: columns,
      },
    })
    .withTransformation({ id: 'sortBy', options: { sort: [{ field: columns['Value'], desc: true }] } });
}

function queriesOf({ kind, queries }: Panel): Builder<Dataquery>[] {
  const isNow = kind === 'stat' || kind === 'bars' || kind === 'table';
  return queries.map(({ expr, legend }, index) => {
    const query = new prometheus.DataqueryBuilder()
      .refId(String.fromCharCode(65 + index))
      .datasource(DATASOURCE)
      .editorMode(prometheus.QueryEditorMode.Code)
      .expr(expr)
      .legendFormat(legend);
    if (kind === 'table') query.format(prometheus.PromQueryFormat.Table);
    return isNow ? query.instant() : query.range();
  });
}

/** Grafana's first step begins at null. */
const thresholdsOf = (limits: readonly Limit[]) =>
  new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(limits.map(({ from, colour }) => ({ value: Number.isFinite(from) ? from : null, color: colour })));
