/** One schedule: a row, and below it what is known of it. */

import { get, part, queryOf } from './api.js';
import { h, keep, replace, say } from './dom.js';
import { askForPause, askForRun, resume, showNote } from './operate.js';
import { bar, block, button, chevron, facts, json, mark, moment, unread } from './parts.js';
import { placeOf } from './place.js';
import { filled, runLine } from './runs.js';
import { at, clockAndDay, live } from './time.js';

const MOST_RUNS = 200;
const FEW_RUNS = 5;
/** How long what comes next is told before it is asked for again. */
const WHY_MS = 5 * 60_000;
const COLUMNS = 4;

/** The rows of a schedule; `toggle` opens and closes what is known of it. */
export function scheduleRow(first, { mayOperate, toggle }) {
  const { id } = first;
  const cell = (name) => h('td', { 'data-name': name });
  const cells = { next: cell('Next'), last: cell('Last result'), actions: h('td', { class: 'actions' }) };
  const detailId = `schedule-${id}`;
  const openButton = h('button', {
    type: 'button', class: 'schedule-button', 'data-schedule': id, 'aria-controls': detailId,
    click: () => toggle(id),
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

// --- what is open below it

function detailOf(id) {
  const fixed = h('div', {});
  const why = h('div', { class: 'why' });
  const runs = h('ul', { class: 'plain runs' });
  const state = h('div', {});
  const older = button('Older runs', () => loadRuns(true), { class: 'quiet', hidden: true });
  const downloads = h('p', { class: 'soft small' }, 'Its history as ',
    h('a', { href: `api/history.csv${queryOf({ schedule: id })}`, download: true }, 'CSV'), ' or ',
    h('a', { href: `api/history.json${queryOf({ schedule: id })}`, download: true }, 'JSON'), '.');
  const element = h('div', { class: 'columns' }, h('div', {}, why, fixed), h('div', {}, h('h4', {}, 'Last runs'), runs, state, older, downloads));
  let seen = null;
  let explained = null;
  let explainedAt = 0;
  let turn = 0;
  let items = [];
  let before = null;

  async function loadWhy() {
    explainedAt = Date.now();
    turn += 1;
    const mine = turn; // an answer that comes after a later one tells nothing
    try {
      const answer = await get(`api/schedules/${part(id)}/why`);
      if (mine === turn) {
        why.replaceChildren(...whyOf(answer));
      }
    } catch (refusal) {
      if (mine === turn) {
        why.replaceChildren(unread('What comes next', refusal, loadWhy));
      }
    }
  }

  async function loadRuns(further) {
    try {
      const answer = await get('api/runs', { schedule: id, limit: FEW_RUNS, before: further ? before : null });
      items = further ? [...items, ...answer.items].slice(0, MOST_RUNS) : answer.items;
      before = answer.next;
      keep(runs, items, (run) => `${run.id} ${run.endedAt}`, (run) => ({ element: runLine(run, { named: false }), update() {} }));
      older.hidden = before === null || items.length >= MOST_RUNS;
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
      const asked = JSON.stringify([now, schedule.held, schedule.pause, schedule.asked, schedule.enabled, schedule.next[0]]);
      if (explained !== asked || Date.now() - explainedAt > WHY_MS) {
        explained = asked;
        loadWhy();
      }
    },
    forget() {
      seen = null;
      explained = null;
    },
  };
}

function whyOf({ cause, nextStep, notes }) {
  return [
    h('h4', {}, 'What comes next'),
    h('p', { class: 'cause' }, `${cause}.`),
    h('p', { class: 'sub' }, `${nextStep}.`),
    ...notes.map((note) => h('p', { class: 'sub' }, `${note}.`)),
  ];
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
