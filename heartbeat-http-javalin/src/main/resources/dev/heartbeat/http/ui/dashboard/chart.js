/** Tasks over time: bars of executed and failed tasks, drawn at the size they are seen. */

import { getInZone } from './api.js';
import { byId, h, keep, replace, say, svg } from './dom.js';
import { notice, plural, unread } from './parts.js';
import { go, placeOf } from './place.js';
import { date, number, zoneWords } from './time.js';

const RANGES = {
  '24h': { query: { hours: 24 }, unit: 'hour' },
  '7d': { query: { days: 7 }, unit: 'day' },
  '30d': { query: { days: 30 }, unit: 'day' },
};
const MARGIN = { top: 20, right: 14, bottom: 22, left: 34 };
const LABEL_WIDTH = 46;

const picture = byId('chart');
let trend = null;

const range = () => (Object.hasOwn(RANGES, placeOf('range')) ? placeOf('range') : '24h');

export function setUpChart() {
  for (const choice of document.querySelectorAll('#ranges input')) {
    choice.addEventListener('change', () => {
      go({ range: choice.value === '24h' ? '' : choice.value });
      loadChart();
    });
  }
  new ResizeObserver(draw).observe(picture.parentElement);
}

/** Reads and shows the range of the address. */
export async function loadChart() {
  const wanted = range();
  const { query, unit } = RANGES[wanted];
  document.querySelector(`#ranges input[value="${wanted}"]`).checked = true;
  say(byId('chart-title'), `Tasks per ${unit}`);
  try {
    const answer = await getInZone('api/trend', query);
    if (wanted !== range()) {
      return; // another one was chosen meanwhile
    }
    trend = answer;
    byId('chart-figure').hidden = false;
    byId('chart-notice').replaceChildren();
    tell();
    draw();
  } catch (refusal) {
    if (trend === null || wanted !== range()) {
      byId('chart-figure').hidden = true;
      byId('chart-notice').replaceChildren(unread('The tasks', refusal, loadChart));
    }
    throw refusal;
  }
}

function tell() {
  const { text, zone, total, totalFailed, buckets, unit } = trend;
  say(byId('chart-peak'), text.peak ?? 'Peak: none');
  say(byId('chart-average'), text.average);
  say(byId('chart-total'), text.total);
  say(byId('chart-failed'), totalFailed > 0 ? `${number(totalFailed)} failed` : 'none failed');
  say(byId('chart-zone'), `${unit === 'hour' ? 'hours' : 'days'} of ${zoneWords(zone)}`);
  byId('chart-figure').classList.toggle('empty', total + totalFailed === 0);
  replace(byId('chart-empty'), total + totalFailed, () => total + totalFailed === 0
    && notice('No task ran in this time', 'Add a schedule, or press "Run now" on one of those below.'));
  say(byId('chart-table-unit'), unit === 'hour' ? 'Hour' : 'Day');
  keep(byId('chart-rows'), [...buckets].reverse(), ({ start }) => start, row);
}

function row() {
  const cells = [h('th', { scope: 'row' }), h('td', {}), h('td', {})];
  const update = (bucket) => [nameOf(bucket), number(bucket.executed), number(bucket.failed)]
    .forEach((text, index) => say(cells[index], text));
  return { element: h('tr', {}, cells), update };
}

function nameOf({ label }) {
  return trend.unit === 'hour' ? label : date(label);
}

function draw() {
  const { clientWidth: width, clientHeight: height } = picture.parentElement;
  if (trend === null || width === 0) {
    return;
  }
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
  picture.setAttribute('width', width);
  picture.setAttribute('height', height);
  picture.setAttribute('aria-label', [`Tasks per ${trend.unit}`, trend.text.peak, trend.text.average, trend.text.total]
    .filter(Boolean).join('. '));
  const { buckets, average } = trend;
  const top = ceiling(Math.max(...buckets.map(({ executed, failed }) => executed + failed)));
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const y = (value) => round(MARGIN.top + inner.height * (1 - value / top));
  const step = inner.width / buckets.length;
  const barWidth = Math.max(2, Math.min(step * 0.72, 44));
  const every = Math.ceil(LABEL_WIDTH / step);
  const lines = [0, top / 2, top].map((value) => svg('g', { class: 'grid' },
    svg('line', { x1: MARGIN.left, x2: width - MARGIN.right, y1: y(value), y2: y(value) }),
    svg('text', { x: MARGIN.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, number(value))));
  const bars = buckets.map((bucket, index) => bar(bucket, {
    x: MARGIN.left + step * index, step, barWidth, y, height, named: (buckets.length - 1 - index) % every === 0,
    last: index === buckets.length - 1, peak: trend.peak?.start === bucket.start,
  }));
  const mean = average > 0 && svg('g', { class: 'average' },
    svg('line', { x1: MARGIN.left, x2: width - MARGIN.right, y1: y(average), y2: y(average) }));
  picture.replaceChildren(...lines, ...bars, ...(mean ? [mean] : []));
}

function bar(bucket, { x, step, barWidth, y, height, named, last, peak }) {
  const { executed, failed } = bucket;
  const middle = round(x + step / 2);
  const left = round(middle - barWidth / 2);
  const words = `${nameOf(bucket)}: ${plural(executed, 'task')} executed, ${failed} failed`
    + `${last ? ', under way' : ''}`;
  const piece = (name, from, to) => svg('rect', {
    class: name, x: left, width: round(barWidth), y: y(to), height: round(y(from) - y(to)), rx: 2,
  });
  return svg('g', { class: `bar${last ? ' last' : ''}` },
    svg('title', {}, words),
    svg('rect', { class: 'hit', x: round(x), y: MARGIN.top, width: round(step), height: y(0) - MARGIN.top }),
    piece('executed', 0, executed),
    failed > 0 && piece('failed', executed, executed + failed),
    peak && svg('text', { class: 'peak', x: middle, y: y(executed + failed) - 5, 'text-anchor': 'middle' }, number(executed)),
    named && svg('text', { x: middle, y: height - 6, 'text-anchor': 'middle' }, short(bucket.label)));
}

/** 06:00 as it is, 2026-02-15 as 15 Feb. */
function short(label) {
  return trend.unit === 'hour' ? label : date(label).replace(/^\w+,? /, '');
}

/** A round number, not much above the most, of which the half is round, too. */
function ceiling(most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  const steps = power === 1 ? [1, 2, 4, 6, 8, 10] : [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10];
  return Math.max(4, steps.map((each) => Math.round(each * power)).find((each) => each >= most));
}

function round(value) {
  return Math.round(value * 10) / 10;
}
