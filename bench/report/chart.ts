// Bars, as SVG without a library: one panel for each question, in it a group of bars for each subject, one bar for each
// number of clients. Every panel has a scale of its own.

export interface Panel {
  title: string;
  groups: readonly { label: string; isOurs: boolean; values: readonly number[] }[];
}

export interface Chart {
  title: string;
  unit: string;
  /** What the bars of a group are, in the order of their values. */
  series: readonly string[];
  panels: readonly Panel[];
}

const width = 900;
const labelWidth = 320;
const barHeight = 9;
const groupGap = 8;
const panelGap = 34;
const top = 60;
const shades = { ours: ['#9fc5ff', '#4c8ee8', '#1c57a8'], others: ['#d5d5d5', '#a3a3a3', '#6b6b6b'] };

export function drawChart(chart: Chart): string {
  const heights = chart.panels.map(({ groups }) => panelGap + groups.length * groupHeight(chart));
  const height = top + heights.reduce((sum, each) => sum + each, 0) + 16;
  let y = top;
  const panels = chart.panels.map((panel, index) => {
    const drawn = panelAt(panel, y, chart);
    y += heights[index] ?? 0;
    return drawn;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(16, 24, chart.title, 'font-size="16" font-weight="600"'),
    ...chart.series.flatMap((name, index) => legendAt(name, index)),
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function groupHeight({ series }: Chart): number {
  return series.length * barHeight + groupGap;
}

function legendAt(name: string, index: number): string[] {
  const x = 16 + index * 120;
  return [
    `<rect x="${x}" y="36" width="12" height="10" fill="${shades.others[index % 3]}"/>`,
    text(x + 18, 45, name),
  ];
}

function panelAt(panel: Panel, y: number, chart: Chart): string {
  const most = Math.max(...panel.groups.flatMap(({ values }) => values.filter(Number.isFinite)), 1e-9);
  const scale = (width - labelWidth - 90) / most;
  const groups = panel.groups.map(({ label, isOurs, values }, index) => {
    const from = y + panelGap + index * groupHeight(chart);
    const middle = from + (values.length * barHeight) / 2 + 4;
    const colours = isOurs ? shades.ours : shades.others;
    const bars = values.map((value, position) => {
      if (!Number.isFinite(value)) return '';
      const at = from + position * barHeight;
      const length = (value * scale).toFixed(1);
      return `<rect x="${labelWidth}" y="${at}" width="${length}" height="${barHeight - 1}" fill="${colours[position % 3]}"/>${text(labelWidth + value * scale + 5, at + 8, value.toFixed(2), 'font-size="9" fill="#444444"')}`;
    });
    const weight = isOurs ? ' font-weight="600"' : '';
    return `${text(labelWidth - 8, middle, label, `text-anchor="end"${weight}`)}${bars.join('')}`;
  });
  return [text(16, y + 20, `${panel.title} (${chart.unit})`, 'font-weight="600"'), ...groups].join('\n');
}

function text(x: number, y: number, words: string, attributes = ''): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${safe}</text>`;
}
