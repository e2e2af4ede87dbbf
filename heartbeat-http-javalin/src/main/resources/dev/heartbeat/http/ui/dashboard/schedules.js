/** The schedules: found, read, and read again. */

import { get, part } from './api.js';
import { byId, h, keep, replace, say } from './dom.js';
import { setUpOperating } from './operate.js';
import { arrows, button, notice, plural, reveal, unread } from './parts.js';
import { go, placeOf } from './place.js';
import { scheduleRow } from './schedule.js';
import { number } from './time.js';

const PAGE = 50;
const MOST_ROWS = 200;
const TYPING_MS = 300;
const MOST_REREAD = 2;

const table = byId('schedules-table');
const search = byId('search');
const filter = byId('filter');
const more = byId('schedules-more');

let schedules = [];
let unreadable = [];
let next = null;
let lookedAt = 0; // how many schedules a search has been through, as far as the reader wanted
let reread = ''; // the one that was last read again by itself
let loaded = false;
let linked = null; // one that the address names and that is not among the schedules
let question = null;
let newer = new Map(); // those that were changed or read again while a list was on its way, by id
let shown = ''; // the search and filter of what is shown
let mayOperate = false;

export function setUpSchedules(operator) {
  mayOperate = operator;
  setUpOperating({
    render,
    put,
    readAgain: (id) => readAgain(id).catch(() => {}), // the next poll tells what is wrong
    focus: (id) => buttonOf(id)?.focus(),
  });
  arrows(table, '.schedule-button');
  let typing = 0;
  search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => look({ search: search.value.trim() }), TYPING_MS);
  });
  filter.addEventListener('change', () => look({ filter: filter.value === 'all' ? '' : filter.value }));
  more.addEventListener('click', loadMore);
  table.addEventListener('keydown', (event) => {
    const id = placeOf('schedule');
    if (event.key === 'Escape' && id) {
      open('');
      buttonOf(id)?.focus();
    }
  });
}

function look(changes) {
  go(changes);
  forget();
  loadSchedules().catch(() => {}); // told where the schedules would be
}

function forget() {
  schedules = [];
  lookedAt = 0;
}

const asked = () => ({ search: placeOf('search'), filter: placeOf('filter') });

const searches = () => Object.values(asked()).some(Boolean);

/** Reads as many schedules as are shown, and goes through as many as the reader has let a search go through. */
export async function loadSchedules() {
  const { search: text, filter: kind } = asked();
  if (document.activeElement !== search) {
    search.value = text;
  }
  filter.value = kind || 'all';
  shown = JSON.stringify(asked());
  const limit = Math.min(MOST_ROWS, Math.max(PAGE, schedules.length));
  question?.abort();
  question = new AbortController();
  const { signal } = question;
  newer = new Map();
  try {
    const found = [];
    let through = 0;
    let answer = { next: null };
    do {
      answer = await get('api/schedules', { search: text, filter: kind, limit, after: answer.next }, signal);
      unreadable = through === 0 ? answer.unreadable : unreadable;
      found.push(...answer.items);
      through += answer.lookedAt;
    } while (answer.next !== null && through < lookedAt && found.length < limit);
    schedules = found.map((each) => newer.get(each.id) ?? each);
    lookedAt = through;
    next = answer.next;
    byId('schedules-notice').replaceChildren();
    await findLinked();
    render();
    if (!loaded) {
      loaded = true;
      render();
      reveal(buttonOf(placeOf('schedule')));
    }
  } catch (refusal) {
    if (refusal.kind === 'dropped') {
      return;
    }
    if (!loaded || schedules.length === 0) {
      render();
      byId('schedules-notice').replaceChildren(unread('The schedules', refusal, () => loadSchedules().catch(() => {})));
    }
    throw refusal;
  }
}

async function loadMore() {
  more.setAttribute('aria-busy', 'true');
  try {
    const { search: text, filter: kind } = asked();
    const before = shown;
    const answer = await get('api/schedules', { search: text, filter: kind, limit: PAGE, after: next });
    if (before !== shown) {
      return; // something else is searched by now
    }
    const known = new Set(schedules.map(({ id }) => id));
    const added = answer.items.filter(({ id }) => !known.has(id));
    schedules = [...schedules, ...added].slice(0, MOST_ROWS);
    lookedAt += answer.lookedAt;
    next = answer.next;
    render();
    if (more.hidden) { // the focus would be lost with the button
      (buttonOf(added[0]?.id) ?? byId('schedules-empty').querySelector('button'))?.focus();
    }
  } catch (refusal) {
    byId('schedules-notice').replaceChildren(unread('More schedules', refusal, () => {
      byId('schedules-notice').replaceChildren();
      loadMore();
    }));
  } finally {
    more.removeAttribute('aria-busy');
  }
}

async function findLinked() {
  const id = placeOf('schedule');
  if (!id || schedules.some((each) => each.id === id)) {
    linked = null;
    return;
  }
  try {
    linked = (await get(`api/schedules/${part(id)}`)).schedule;
  } catch (refusal) {
    linked = null;
    if (refusal.kind !== 'missing') {
      throw refusal;
    }
    go({ schedule: '' });
    byId('schedules-notice').replaceChildren(notice(`There is no schedule ${id}`, 'It may have been deleted, or has another id now.',
      button('Close', () => byId('schedules-notice').replaceChildren(), { class: 'quiet' })));
  }
}

/** Shows what the address asks for; `name` is what it is to lead to. */
export async function showPlaceOfSchedules(name = '') {
  if (!loaded) {
    return;
  }
  if (JSON.stringify(asked()) === shown) {
    await findLinked();
    render();
  } else {
    forget();
    await loadSchedules();
  }
  if (name === 'schedule') {
    reveal(buttonOf(placeOf('schedule')));
  }
}

const rows = () => (linked ? [linked, ...schedules] : schedules);

/** Reads those again that may change before the next pulse: a few each time, in turn. */
export async function loadMoving() {
  const moving = rows().filter(({ state, asked: start }) => state !== null || start).map(({ id }) => id);
  const turn = moving.findIndex((id) => id > reread);
  const wanted = (turn > 0 ? [...moving.slice(turn), ...moving.slice(0, turn)] : moving).slice(0, MOST_REREAD);
  reread = wanted.at(-1) ?? '';
  await Promise.all(wanted.map(readAgain));
}

/** Reads one schedule again. */
async function readAgain(id) {
  try {
    put((await get(`api/schedules/${part(id)}`)).schedule);
  } catch (refusal) {
    if (refusal.kind !== 'missing') {
      throw refusal;
    }
    schedules = schedules.filter((each) => each.id !== id);
    linked = linked?.id === id ? null : linked;
  }
  render();
}

function put(schedule) {
  newer.set(schedule.id, schedule);
  schedules = schedules.map((each) => (each.id === schedule.id ? schedule : each));
  linked = linked?.id === schedule.id ? schedule : linked;
}

const buttonOf = (id) => table.querySelector(`[data-schedule="${CSS.escape(id ?? '')}"]`);

function open(id) {
  go({ schedule: id }, { step: true });
  render();
}

const toggle = (id) => open(placeOf('schedule') === id ? '' : id);

function render() {
  const shownRows = rows();
  table.hidden = shownRows.length === 0;
  keep(table, shownRows, ({ id }) => id, (schedule) => scheduleRow(schedule, { mayOperate, toggle }));
  const full = schedules.length >= MOST_ROWS && next !== null;
  more.hidden = next === null || full || shownRows.length === 0;
  say(more, searches() ? 'Search on' : 'More schedules');
  byId('schedules-full').hidden = !full;
  say(byId('schedules-count'), loaded ? `${plural(schedules.length, 'schedule')}${rest()}` : '');
  replace(byId('schedules-empty'), [loaded, shownRows.length, asked(), next, lookedAt], () =>
    loaded && shownRows.length === 0 && nothing());
  replace(byId('unreadable'), unreadable, () => unreadable.length > 0 && [
    h('p', { class: 'flag' }, `${plural(unreadable.length, 'document')} that no schedule can be read from. Mend the document; all others run.`),
    h('ul', { class: 'plain' }, unreadable.map(({ id, reason }) => h('li', {}, h('strong', {}, id), ' ', h('span', {}, reason))))]);
}

/** What there is beside the schedules that are shown. */
function rest() {
  return next === null ? '' : searches() ? ` of the first ${number(lookedAt)}` : ' and more';
}

function nothing() {
  if (!searches()) {
    return notice('No schedule yet', 'Add a document to the collection "schedules", or define one in code.');
  }
  const showAll = button('Show all', () => {
    search.value = '';
    look({ search: '', filter: '' });
  }, { class: 'quiet' });
  const { search: text } = asked();
  return next === null
    ? notice('No schedule matches', text ? `Nothing has "${text}" in its id, task or queue.` : 'None is in this state.', showAll)
    : notice(`No match in the first ${number(lookedAt)} schedules`, 'There are more of them.',
      h('div', { class: 'choices' }, button('Search on', loadMore, { class: 'quiet' }), showAll));
}
