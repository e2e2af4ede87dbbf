/** What a person does to a schedule, and what becomes of it. */

import { get, part, post } from './api.js';
import { ask, field } from './ask.js';
import { byId, h, replace, say } from './dom.js';
import { loadAudit } from './figures.js';
import { bar, block, button, mark, markOf, outcomeOf } from './parts.js';
import { placeLink } from './place.js';
import { pulseNow } from './pulse.js';
import { serverNow } from './time.js';

const HOUR_MS = 3_600_000;
const FOLLOW_MS = 2_000;
const FOLLOW_LONG_MS = 10_000;
const LONG_FOLLOWS = 60;

let list = null; // where the schedules are shown: { render(), readAgain(id), put(schedule), focus(id) }
const notes = new Map(); // what became of what was asked of a schedule, by its id
const followed = new Map(); // the start that is followed to its end, by the id of its schedule

export function setUpOperating(shownIn) {
  list = shownIn;
}

/** Shows what became of what was asked of a schedule. */
export function showNote(noteRow, cell, id) {
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
      list.focus(id);
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
  list.render();
}

export async function askForRun(id) {
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
    list.readAgain(id);
    loadAudit();
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
        list.readAgain(id);
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

export async function askForPause(id) {
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

export const resume = (id) => change(id, 'resume');

async function change(id, verb, body = undefined) {
  try {
    list.put((await post(`api/schedules/${part(id)}/${verb}`, body)).schedule);
    setNote(id, null);
    loadAudit();
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
