/** The schedules: found, explained, run, paused and resumed. */

import { get, part, post, queryOf } from './api.js';
import { ask, field } from './ask.js';
import { byId, h, keep, replace, say } from './dom.js';
import {
  arrows, block, button, chevron, facts, json, mark, markOf, moment, notice, outcomeOf, plural, reveal, unread,
} from './parts.js';
import { go, placeLink, placeOf } from './place.js';
import { pulseNow } from './pulse.js';
import { filled, runLine } from './runs.js';
import { at, clockAndDay, live, serverNow } from './time.js';

const PAGE = 50;
const MOST_ROWS = 200;
const TYPING_MS = 300;
const FEW_RUNS = 5;
const COLUMNS = 4;
const HOUR_MS = 3_600_000;
const FOLLOW_MS = 2_000;
const FOLLOW_LONG_MS = 10_000;
const LONG_FOLLOWS = 60;

const table = byId('schedules-table');
const search = byId('search');
const filter = byId('filter');
const more = byId('schedules-more');

let schedules = [];
let unreadable = [];
let next = null;
let loaded = false;
let linked = null; // one that the address names and that is not among the schedules
let question = null;
let shown = ''; // the search and filter of what is shown
let mayOperate = false;
const notes = new Map(); // what became of what was asked of a schedule, by its id
const followed = new Map(); // the start that is followed to its end, by the id of its schedule

export function setUpSchedules(operator) {
  mayOperate = operator;
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
  schedules = [];
  loadSchedules().catch(() => {}); // told where the schedules would be
}

const asked = () => ({ search: placeOf('search'), filter: placeOf('filter') });

/** Reads as many schedules as are shown. */
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
  try {
    let answer = await get('api/schedules', { search: text, filter: kind, limit }, signal);
    unreadable = answer.unreadable;
    while (answer.items.length === 0 && answer.next !== null) { // it looked at as many as one request may
      answer = await get('api/schedules', { search: text, filter: kind, limit, after: answer.next }, signal);
    }
    schedules = answer.items;
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
    const answer = await get('api/schedules', { search: text, filter: kind, limit: PAGE, after: next });
    const known = new Set(schedules.map(({ id }) => id));
    const added = answer.items.filter(({ id }) => !known.has(id));
    schedules = [...schedules, ...added].slice(0, MOST_ROWS);
    next = answer.next;
    render();
    if (more.hidden) {
      buttonOf(added[0]?.id)?.focus();
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
    schedules = [];
    await loadSchedules();
  }
  if (name === 'schedule') {
    reveal(buttonOf(placeOf('schedule')));
  }
}

/** Tells whether anything here may change before the next pulse. */
export function isMoving() {
  return schedules.some(({ state, asked: start }) => state !== null || start);
}

const buttonOf = (id) => table.querySelector(`[data-schedule="${CSS.escape(id ?? '')}"]`);

function open(id) {
  go({ schedule: id }, { step: true });
  render();
}

function render() {
  const rows = linked ? [linked, ...schedules] : schedules;
  table.hidden = rows.length === 0;
  keep(table, rows, ({ id }) => id, row);
  const full = schedules.length >= MOST_ROWS && next !== null;
  more.hidden = next === null || full;
  byId('schedules-full').hidden = !full;
  say(byId('schedules-count'), loaded ? `${plural(schedules.length, 'schedule')}${next === null ? '' : ' and more'}` : '');
  const { search: text, filter: kind } = asked();
  replace(byId('schedules-empty'), [loaded, rows.length, text, kind], () => loaded && rows.length === 0 && (text || kind
    ? notice('No schedule matches', text ? `Nothing has "${text}" in its id, task or queue.` : 'None is in this state.',
      button('Show all', () => {
        search.value = '';
        look({ search: '', filter: '' });
      }, { class: 'quiet' }))
    : notice('No schedule yet', 'Add a document to the collection "schedules", or define one in code.')));
  replace(byId('unreadable'), unreadable, () => unreadable.length > 0 && [
    h('p', { class: 'flag' }, `${plural(unreadable.length, 'document')} that no schedule can be read from. Mend the document; all others run.`),
    h('ul', { class: 'plain' }, unreadable.map(({ id, reason }) => h('li', {}, h('strong', {}, id), ' ', h('span', {}, reason))))]);
}

// --- a row

function row(first) {
  const { id } = first;
  const cell = (name) => h('td', { 'data-name': name });
  const cells = { next: cell('Next'), last: cell('Last result'), actions: h('td', { class: 'actions' }) };
  const detailId = `schedule-${id}`;
  const openButton = h('button', {
    type: 'button', class: 'schedule-button', 'data-schedule': id, 'aria-controls': detailId,
    click: () => open(placeOf('schedule') === id ? '' : id),
  }, chevron(), h('span', {}, id));
  const when = h('span', { class: 'sub when' });
  const under = h('span', { class: 'sub' });
  const flags = h('div', { class: 'flags' });
  const note = h('td', { colspan: COLUMNS });
  const noteRow = h('tr', { class: 'note', hidden: true }, note);
  const detail = detailOf(id);
  const detailCell = h('td', { colspan: COLUMNS, id: detailId }, detail.element);
  const detailRow = h('tr', { class: 'detail', hidden: true }, detailCell);
  const run = button('Run now', () => askForRun(id), { 'aria-label': `Run ${id} now` });
  const pause = button('Pause', () => (current.pause ? resume(id) : askForPause(id)), {});
  if (mayOperate) {
    cells.actions.append(run, pause);
  }
  let current = first;
  const element = h('tbody', {},
    h('tr', {}, h('th', { scope: 'row' }, openButton, when, under, flags), cells.next, cells.last, cells.actions), noteRow, detailRow);
  const update = (schedule) => {
    current = schedule;
    const wanted = placeOf('schedule') === id;
    openButton.setAttribute('aria-expanded', wanted);
    detailRow.hidden = !wanted;
    say(under, [schedule.task, schedule.queue && `queue ${schedule.queue}`, schedule.priority !== 'normal' && `${schedule.priority} priority`]
      .filter(Boolean).join(' · '));
    element.classList.toggle('off', !schedule.enabled);
    replace(when, [schedule.words, schedule.cron, schedule.zone], () => [schedule.words ?? h('code', {}, schedule.cron), ` · ${schedule.zone}`]);
    replace(flags, [schedule.held, schedule.asked], () => flagsOf(schedule));
    replace(cells.next, schedule.next[0], () => nextOf(schedule));
    replace(cells.last, [schedule.last, schedule.lastRun, schedule.failuresInARow, schedule.state], () => lastOf(schedule));
    say(pause, schedule.pause ? 'Resume' : 'Pause');
    pause.setAttribute('aria-label', `${schedule.pause ? 'Resume' : 'Pause'} ${id}`);
    showNote(noteRow, note, id);
    if (wanted) {
      detail.update(schedule);
    } else {
      detail.forget();
    }
  };
  return { element, update };
}

function nextOf({ next: [fire] }) {
  return fire ? [live(fire, 'due'), h('span', { class: 'sub' }, at(fire))] : h('span', { class: 'soft' }, 'no more');
}

function flagsOf({ held, asked: start }) {
  return [
    start && h('span', { class: 'flag' }, 'A start is asked for; it comes with the next pulse'),
    held && h('span', { class: 'flag' }, held.words),
  ];
}

function lastOf({ last, lastRun, failuresInARow, state }) {
  return [
    state && h('span', { class: 'running' }, mark('warning'), h('span', {}, state.words, bar(state.progress))),
    last
      ? [h('span', { class: 'marked' }, mark(last.ok ? 'ok' : 'error'), h('span', {}, last.text)),
        last.error && !last.text.includes(last.error) && h('span', { class: 'sub bad clamped' }, last.error)]
      : !state && h('span', { class: 'soft' }, 'not yet'),
    lastRun && h('span', { class: 'sub' }, live(lastRun, 'past')),
    failuresInARow > 1 && h('span', { class: 'sub bad' }, `${failuresInARow} failures in a row`),
  ];
}

function bar(progress) {
  return progress && [' ', progress.percent !== null && h('progress', { max: 100, value: progress.percent, 'aria-label': 'Progress' }),
    ' ', h('span', { class: 'soft' }, progress.note ?? '')];
}

// --- what is open below a row

function detailOf(id) {
  const fixed = h('div', {});
  const runs = h('ul', { class: 'plain runs' });
  const state = h('div', {});
  const older = button('Older runs', () => loadRuns(true), { class: 'quiet', hidden: true });
  const downloads = h('p', { class: 'soft small' }, 'Its history as ',
    h('a', { href: `api/history.csv${queryOf({ schedule: id })}`, download: true }, 'CSV'), ' or ',
    h('a', { href: `api/history.json${queryOf({ schedule: id })}`, download: true }, 'JSON'), '.');
  const element = h('div', { class: 'columns' }, fixed, h('div', {}, h('h4', {}, 'Last runs'), runs, state, older, downloads));
  let seen = null;
  let items = [];
  let before = null;

  async function loadRuns(further) {
    try {
      const answer = await get('api/runs', { schedule: id, limit: FEW_RUNS, before: further ? before : null });
      items = further ? [...items, ...answer.items].slice(0, MOST_ROWS) : answer.items;
      before = answer.next;
      keep(runs, items, (run) => `${run.id} ${run.endedAt}`, (run) => ({ element: runLine(run, { named: false }), update() {} }));
      older.hidden = before === null || items.length >= MOST_ROWS;
      state.replaceChildren(...(items.length === 0 ? [h('p', { class: 'soft' }, 'No run has ended yet.')] : []));
    } catch (refusal) {
      state.replaceChildren(unread('The runs', refusal, () => loadRuns(further)));
    }
  }

  return {
    element,
    update(schedule) {
      replace(fixed, schedule, () => factsOf(schedule));
      const now = JSON.stringify([schedule.last, schedule.lastRun, schedule.state]);
      if (seen !== now) {
        seen = now;
        loadRuns(false);
      }
    },
    forget() {
      seen = null;
    },
  };
}

function factsOf(schedule) {
  const { next: fires, pause, last, backfill } = schedule;
  return [
    h('h4', {}, 'Next fires'),
    fires.length === 0
      ? h('p', { class: 'soft' }, 'It has none any more.')
      : h('ol', { class: 'plain' }, fires.map((fire) => h('li', {}, moment(fire, 'due')))),
    facts(
      ['Cron', h('code', {}, schedule.cron)],
      ['Zone', schedule.zone],
      ['Task', schedule.task],
      ['Queue', schedule.queue],
      ['Priority', schedule.priority],
      ['Enabled', schedule.enabled ? 'yes' : 'no'],
      ['Held back', schedule.held?.words],
      ['Paused', pause && `${pause.by ? `by ${pause.by}, ` : ''}${pause.until ? `until ${clockAndDay(pause.until)}` : 'until it is resumed'}`],
      ['Because', pause?.reason],
      ['Backfill', backfill && (typeof backfill === 'string' ? backfill : json(backfill, 'Backfill'))],
    ),
    last?.error && [h('h4', {}, 'Last error'), block(last.error, 'Last error', 'error-text')],
    filled(last?.result) && [h('h4', {}, 'Last result'), json(last.result, 'Last result')],
  ].flat();
}

// --- actions, and what becomes of them

function showNote(noteRow, cell, id) {
  const note = notes.get(id);
  noteRow.hidden = note === undefined;
  replace(cell, note ?? null, () => note && h('div', { class: 'note-line' },
    mark(note.mark),
    h('div', {}, h('p', {}, note.text, bar(note.progress), ' ', note.pulse && placeLink({ pulse: note.pulse }, 'Its pulse')),
      note.error && block(note.error, 'Error', 'error-text')),
    note.pulseNeeded && button('Pulse now', pulseNow),
    note.closable && button('Close', () => {
      followed.delete(id);
      setNote(id, null);
      buttonOf(id)?.focus();
    }, { class: 'quiet', 'aria-label': `Close the message about ${id}` })));
}

function setNote(id, note) {
  if (note === null) {
    notes.delete(id);
  } else {
    if (notes.get(id)?.text !== note.text) {
      say(byId('said'), `${id}: ${note.text}`);
    }
    notes.set(id, note);
  }
  render();
}

async function askForRun(id) {
  const values = await ask({
    title: `Run ${id} now?`,
    text: 'It starts once, beside its own times. What it does is done for real.',
    fields: [field('Why', h('input', { name: 'why', maxlength: 500, autocomplete: 'off' }), 'Goes into the audit; may be empty')],
    action: 'Run now',
  });
  if (values === null) {
    return;
  }
  setNote(id, { mark: 'warning', text: 'Asking for a start…' });
  try {
    const start = await post(`api/schedules/${part(id)}/run`, bodyOf({ why: values.why }));
    setNote(id, { mark: 'warning', text: start.text, pulseNeeded: start.pulseNeeded });
    followed.set(id, start);
    follow(id, start, 0);
  } catch (refusal) {
    setNote(id, refused(refusal));
  }
}

/** Asks how the run stands until it has ended: often at first, then now and then. */
function follow(id, start, times) {
  setTimeout(async () => {
    if (followed.get(id) !== start) {
      return; // nobody wants to know any more, or another one was asked for
    }
    try {
      const answer = await get(start.poll);
      if (answer.ended) {
        setNote(id, {
          mark: markOf(answer.run?.outcome), text: answer.text, error: answer.run?.error, pulse: answer.run?.pulse, closable: true,
        });
        loadSchedules().catch(() => {});
        return;
      }
      const held = answer.state === 'asked' && answer.held ? ` ${answer.held.words}.` : '';
      setNote(id, {
        mark: 'warning', text: `${answer.text}${held}`, progress: answer.progress, closable: true,
        pulseNeeded: start.pulseNeeded && answer.state === 'asked',
      });
    } catch (refusal) {
      if (refusal.kind !== 'unreachable' && refusal.kind !== 'store') { // those pass
        setNote(id, refused(refusal));
        return;
      }
    }
    follow(id, start, times + 1);
  }, times < LONG_FOLLOWS ? FOLLOW_MS : FOLLOW_LONG_MS);
}

async function askForPause(id) {
  const when = h('input', { type: 'datetime-local', name: 'time', 'aria-label': 'Until when', hidden: true });
  const choice = h('select', {
    name: 'until',
    change: () => {
      when.hidden = choice.value !== 'time';
      when.required = !when.hidden;
    },
  }, [['', 'it is resumed'], ['1', 'an hour has passed'], ['24', 'a day has passed'], ['time', 'a time…']]
    .map(([value, text]) => h('option', { value }, text)));
  const values = await ask({
    title: `Pause ${id}?`,
    text: 'It does not run until it is resumed. A run that has begun goes on.',
    fields: [field('Until', choice), when,
      field('Why', h('input', { name: 'why', maxlength: 500, autocomplete: 'off' }), 'Shown to whoever wonders; may be empty')],
    action: 'Pause',
  });
  if (values !== null) {
    await change(id, 'pause', bodyOf({ until: untilOf(values), why: values.why }));
  }
}

function untilOf({ until, time }) {
  if (until === '') {
    return '';
  }
  const end = until === 'time' ? Date.parse(time) : serverNow() + Number(until) * HOUR_MS;
  return `${new Date(end).toISOString().slice(0, 19)}Z`;
}

const resume = (id) => change(id, 'resume');

async function change(id, verb, body = undefined) {
  try {
    const { schedule } = await post(`api/schedules/${part(id)}/${verb}`, body);
    schedules = schedules.map((each) => (each.id === id ? schedule : each));
    linked = linked?.id === id ? schedule : linked;
    setNote(id, null);
    say(byId('said'), `${id} is ${verb}d`);
  } catch (refusal) {
    setNote(id, refused(refusal));
  }
}

function refused(refusal) {
  return { mark: 'error', text: outcomeOf(refusal), closable: true };
}

/** Only what was filled in; nothing at all is no body. */
function bodyOf(values) {
  const given = Object.entries(values).filter(([, value]) => value);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
