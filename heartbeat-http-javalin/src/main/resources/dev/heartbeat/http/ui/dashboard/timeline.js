/** The recent pulses, newest first; each opens to its runs. */

import { get, part } from './api.js';
import { byId, h, keep, replace, say } from './dom.js';
import { arrows, block, button, chevron, mark, notice, plural, reveal, unread } from './parts.js';
import { go, placeLink, placeOf } from './place.js';
import { runLine } from './runs.js';
import { clock, day, duration, whole } from './time.js';

const PAGE = 20;
const MOST_ROWS = 200;
const STRIP = 40;

const list = byId('pulses');
const more = byId('pulses-more');
const fresh = byId('pulses-new');

let pulses = []; // newest first
let waiting = { items: [], next: null, joins: true }; // newer ones, held back so that nothing moves below a reader's eyes
let linked = null; // one that the address names and that is not among the pulses
let next = null;
let loaded = false;

export function setUpTimeline() {
  arrows(list, '.pulse-button');
  more.addEventListener('click', loadOlder);
  fresh.addEventListener('click', () => {
    takeWaiting();
    render();
    list.querySelector('.pulse-button')?.focus();
  });
  for (const choice of document.querySelectorAll('#pulse-filter input')) {
    choice.addEventListener('change', () => {
      go({ pulses: choice.value });
      render();
    });
  }
  list.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && placeOf('pulse')) {
      const id = placeOf('pulse');
      openPulse('');
      buttonOf(id)?.focus();
    }
  });
}

/** Reads the newest pulses. Those that are shown stay where they are. */
export async function loadTimeline() {
  try {
    const answer = await get('api/pulses', { limit: PAGE });
    take(answer);
    byId('pulses-notice').replaceChildren();
    if (loaded) {
      render();
    } else {
      loaded = true;
      await showPlaceOfTimeline('pulse');
    }
  } catch (refusal) {
    if (!loaded) {
      byId('pulses-notice').replaceChildren(unread('The pulses', refusal, loadTimeline));
    }
    throw refusal;
  }
}

function take({ items, next: older }) {
  const known = new Set(pulses.map(({ id }) => id));
  const newer = items.filter(({ id }) => !known.has(id));
  pulses = pulses.map((pulse) => items.find(({ id }) => id === pulse.id) ?? pulse);
  waiting = { items: newer, next: older, joins: newer.length < items.length };
  const reading = pulses.length > 0 && (placeOf('pulse') !== '' || list.contains(document.activeElement));
  if (!reading) {
    takeWaiting();
  }
}

/** What is open stays, also when more than a page has come: then it is not known what lies between. */
function takeWaiting() {
  const { items, next: older, joins } = waiting;
  if (items.length > 0) {
    const open = pulses.find(({ id }) => id === placeOf('pulse'));
    pulses = joins ? [...items, ...pulses].slice(0, MOST_ROWS) : items;
    next = joins ? next : older;
    linked = open && !pulses.includes(open) ? open : linked;
  }
  waiting = { items: [], next: null, joins: true };
}

async function loadOlder() {
  more.setAttribute('aria-busy', 'true');
  try {
    const answer = await get('api/pulses', { limit: Math.min(100, PAGE * 2), before: next });
    const known = new Set(pulses.map(({ id }) => id));
    const older = answer.items.filter(({ id }) => !known.has(id));
    pulses = [...pulses, ...older].slice(0, MOST_ROWS);
    next = answer.next;
    render();
    if (more.hidden) { // the focus would be lost with the button
      buttonOf(older[0]?.id)?.focus();
    }
  } catch (refusal) {
    byId('pulses-notice').replaceChildren(unread('Older pulses', refusal, () => {
      byId('pulses-notice').replaceChildren();
      loadOlder();
    }));
  } finally {
    more.removeAttribute('aria-busy');
  }
}

/** Shows what the address asks for; `name` is what it is to lead to. */
export async function showPlaceOfTimeline(name = '') {
  const id = placeOf('pulse');
  if (!loaded) {
    return;
  }
  if (id && !pulses.some((pulse) => pulse.id === id) && linked?.id !== id) {
    try {
      linked = await get(`api/pulses/${part(id)}`);
    } catch (refusal) {
      linked = null;
      go({ pulse: '' });
      byId('pulses-notice').replaceChildren(notice('The pulse of this link is not there',
        refusal.kind === 'missing' ? 'The history does not hold it any more; below are the ones that it holds.' : refusal.message,
        button('Close', () => byId('pulses-notice').replaceChildren(), { class: 'quiet' })));
    }
  }
  render();
  if (id && name === 'pulse') {
    reveal(buttonOf(id));
  }
}

function openPulse(id) {
  go({ pulse: id }, { step: true });
  render();
}

const buttonOf = (id) => list.querySelector(`[data-pulse="${CSS.escape(id ?? '')}"]`);

function render() {
  const problems = placeOf('pulses') === 'problems';
  const open = placeOf('pulse');
  document.querySelector(`#pulse-filter input[value="${problems ? 'problems' : ''}"]`).checked = true;
  const all = linked && linked.id === open && !pulses.some(({ id }) => id === open) ? [...pulses, linked] : pulses;
  const shown = all.filter(({ id, mark: kind }) => !problems || id === open || kind === 'warning' || kind === 'error');
  const entries = [];
  let heading = '';
  for (const pulse of shown) {
    const name = day(pulse.at);
    if (name !== heading) {
      heading = name;
      entries.push({ id: `day ${new Date(pulse.at).toDateString()}`, heading });
    }
    entries.push(pulse);
  }
  keep(list, entries, ({ id }) => id, (entry) => (entry.heading ? dayRow() : pulseRow(entry)));
  const strip = pulses.slice(0, STRIP).reverse();
  replace(byId('strip'), strip.map(({ id, mark: kind }) => [id, kind]), () => strip.map(({ at, mark: kind, text }) =>
    h('span', { class: kind, title: `${clock(at)} — ${text}` })));
  fresh.hidden = waiting.items.length === 0;
  say(fresh, waiting.joins ? `Show ${plural(waiting.items.length, 'new pulse')}` : `Show the newest ${waiting.items.length} pulses`);
  const full = pulses.length >= MOST_ROWS;
  more.hidden = next === null || full;
  byId('pulses-full').hidden = !full;
  replace(byId('pulses-empty'), [loaded, pulses.length, shown.length], () => loaded && shown.length === 0 && (pulses.length === 0
    ? notice('No pulse yet', 'Press "Pulse now", or let a cron service call the tick every ten minutes.')
    : notice(`No problem in the last ${plural(pulses.length, 'pulse')}`, next === null ? '' : '"Older pulses" looks further back.')));
}

function dayRow() {
  const element = h('li', { class: 'day' });
  return { element, update: ({ heading }) => say(element, heading) };
}

function pulseRow(pulse) {
  const detailId = `pulse-${pulse.id}`;
  const words = h('span', { class: 'words' });
  const facts = h('span', { class: 'soft fact' });
  const time = h('time', { datetime: pulse.at, title: whole(pulse.at) }, clock(pulse.at));
  const sign = h('span', {});
  const open = h('button', {
    type: 'button', class: 'pulse-button', 'data-pulse': pulse.id, 'aria-controls': detailId,
    click: () => openPulse(placeOf('pulse') === pulse.id ? '' : pulse.id),
  }, sign, time, ' ', h('span', { class: 'dash' }, '—'), ' ', words, ' ', facts, chevron());
  const detail = h('div', { class: 'detail', id: detailId, hidden: true });
  const element = h('li', { class: 'pulse' }, open, detail);
  let loadedOnce = false;
  const update = (now) => {
    replace(sign, now.mark, () => mark(now.mark));
    say(words, now.text);
    say(facts, `${now.source} · ${duration(now.durationMs)}`);
    element.dataset.mark = now.mark;
    const wanted = placeOf('pulse') === now.id;
    open.setAttribute('aria-expanded', wanted);
    detail.hidden = !wanted;
    if (wanted && !loadedOnce) {
      loadedOnce = true;
      loadDetail(now, detail);
    } else if (!wanted) {
      loadedOnce = false; // runs may have ended when it is opened again
    }
  };
  return { element, update };
}

async function loadDetail(pulse, detail) {
  detail.setAttribute('aria-busy', 'true');
  try {
    const answer = pulse.runs ? pulse : await get(`api/pulses/${part(pulse.id)}`);
    detail.replaceChildren(...content(answer));
  } catch (refusal) {
    detail.replaceChildren(unread('The runs of this pulse', refusal, () => loadDetail(pulse, detail)));
  } finally {
    detail.removeAttribute('aria-busy');
  }
}

function content({ id, error, runs, upcoming, truncated }) {
  return [
    error && block(error, 'Error of the pulse', 'error-text'),
    runs.length === 0 && !error && h('p', { class: 'soft' }, 'No schedule was due.'),
    h('ul', { class: 'plain runs' }, runs.map((run) => runLine(run, { named: true }))),
    upcoming.length > 0 && h('details', {}, h('summary', {}, `${plural(upcoming.length, 'other schedule')} looked at`),
      h('ul', { class: 'plain' }, upcoming.map(({ schedule, reason }) => h('li', {},
        placeLink({ schedule }), ' ', h('span', { class: 'soft' }, reason.replaceAll('-', ' ')))))),
    truncated && h('p', { class: 'soft' }, 'There were more than can be shown; the download of the history has them all.'),
    h('p', { class: 'soft small' }, 'Pulse ', h('code', {}, id)),
  ].filter(Boolean);
}
