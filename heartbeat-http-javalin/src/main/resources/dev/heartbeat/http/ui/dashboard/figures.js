/** Figures over days: success metrics, what tasks counted, and what operators did. */

import { get } from './api.js';
import { byId, h, keep, replace, say } from './dom.js';
import { card, mark, notice } from './parts.js';
import { date, live, month, number } from './time.js';

const FEW_DAYS = 7;
const STATES = {
  met: ['ok', 'Met'],
  'not-met': ['error', 'Not met'],
  'not-enough-data': ['idle', 'Not enough data'],
  informational: ['idle', 'For information'],
};

let counts = null;
let allDays = false;
let audits = 0; // how often the audit was asked for

export function setUpFigures() {
  byId('counts-more').addEventListener('click', () => {
    allDays = !allDays;
    showCounts();
  });
}

export const loadMetrics = () => card('metrics', 'The success metrics', async () => {
  const { metrics, since, days } = await get('api/metrics');
  say(byId('metrics-since'), since === null ? `last ${days} days, no pulse yet` : `last ${days} days, pulses since ${date(since)}`);
  keep(byId('metric-rows'), metrics, ({ id }) => id, metricRow);
});

function metricRow() {
  const cells = ['name', 'value', 'target', 'state'].map((name) => h(name === 'name' ? 'th' : 'td', {
    class: name, scope: name === 'name' ? 'row' : null,
  }));
  const [name, value, target, state] = cells;
  const update = (metric) => {
    replace(name, [metric.name, metric.definition], () => [metric.name, h('span', { class: 'sub' }, metric.definition)]);
    say(value, metric.text ?? '–');
    replace(target, metric.target, () => [h('span', { class: 'narrow-only' }, 'target: '), metric.target]);
    replace(state, metric.state, () => {
      const [kind, words] = STATES[metric.state] ?? ['idle', metric.state];
      return h('span', { class: 'marked' }, mark(kind), h('span', {}, words));
    });
  };
  return { element: h('tr', {}, cells), update };
}

export const loadCounts = () => card('counts', 'The counted figures', async () => {
  counts = await get('api/counts');
  showCounts();
});

function showCounts() {
  const { names, days, months, tasks } = counts;
  const byDay = new Map(days.map((each) => [each.date, each.counts]));
  const shown = allDays ? tasks : tasks.slice(0, FEW_DAYS);
  const figure = (value) => h('td', {}, value === undefined ? '–' : number(value));
  replace(byId('count-heads'), names, () => h('tr', {}, ['Day', 'Tasks executed', 'Playbooks', 'Browser tasks', ...names].map(head)));
  replace(byId('count-rows'), shown.map((each) => [each, byDay.get(each.date)]), () => shown.map(({ date: text, executed, playbooks, browser }) =>
    h('tr', {}, h('th', { scope: 'row' }, date(text)), figure(executed), figure(playbooks), figure(browser),
      names.map((name) => figure(byDay.get(text)?.[name])))));
  byId('count-months').hidden = names.length === 0 || months.length === 0;
  replace(byId('month-heads'), names, () => h('tr', {}, ['Month', ...names].map(head)));
  replace(byId('month-rows'), months, () => months.map(({ month: text, whole, counts: sums }) => h('tr', {},
    h('th', { scope: 'row' }, month(text), !whole && h('span', { class: 'sub' }, 'in part')), names.map((name) => figure(sums[name])))));
  replace(byId('counts-empty'), names.length, () => names.length === 0 && notice('No task counts anything of its own yet',
    'What a task counts in its result (TaskResult.count), such as e-mails sent or revenue, is added up here.'));
  const more = byId('counts-more');
  more.hidden = tasks.length <= FEW_DAYS;
  say(more, allDays ? `Show ${FEW_DAYS} days` : `Show ${tasks.length} days`);
  more.setAttribute('aria-expanded', allDays);
}

function head(name, index) {
  return h('th', { scope: 'col', class: index === 0 ? null : 'figure' }, name);
}

export const loadAudit = () => card('audit', 'The audit', async () => {
  audits += 1;
  const question = audits;
  const { items } = await get('api/audit', { limit: 10 });
  if (question !== audits) {
    return; // it was asked again after an action: this answer may be older
  }
  keep(byId('audit-rows'), items, ({ at, who, verb, target }) => `${at} ${who} ${verb} ${target}`, ({ at, text, why }) => ({
    element: h('li', {}, h('span', {}, text), h('span', { class: 'soft' }, why ? ` – ${why}` : ''), h('span', { class: 'sub' }, live(at, 'past'))),
    update() {},
  }));
  byId('audit-empty').hidden = items.length > 0;
});
