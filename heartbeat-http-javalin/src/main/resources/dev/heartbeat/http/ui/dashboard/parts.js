/** What several cards are made of. */

import { SHAPES } from '../heartbeat-indicator.js';
import { byId, h, svg } from './dom.js';
import { at, live } from './time.js';

/** The shapes of the indicator, for whoever cannot tell the colours apart. */
const MARKS = { ok: 'alive', warning: 'warning', error: 'error', idle: 'unknown' };

/** A mark beside a text that says the same. */
export function mark(kind) {
  return svg('svg', { class: `mark ${kind}`, viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    svg('path', { d: SHAPES[MARKS[kind] ?? 'unknown'] }));
}

export function setMark(element, kind) {
  element.setAttribute('class', `mark ${kind}`);
  element.firstElementChild.setAttribute('d', SHAPES[MARKS[kind] ?? 'unknown']);
}

/** How an outcome of a run is marked. */
export function markOf(outcome) {
  switch (outcome) {
    case 'executed': return 'ok';
    case 'failed': case 'timed-out': case 'error': return 'error';
    case 'retrying': case 'running': case 'accepted': case 'deferred': return 'warning';
    default: return 'idle';
  }
}

export function chevron() {
  return svg('svg', { class: 'chevron', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: 'M6 3.5 10.5 8 6 12.5' }));
}

/** What an empty or failed card says: what it is, and what to do. */
export function notice(title, advice, ...actions) {
  return h('div', { class: 'notice' }, h('p', { class: 'notice-title' }, title), advice && h('p', {}, advice), ...actions);
}

export function button(label, click, attributes = {}) {
  return h('button', { type: 'button', ...attributes, click }, label);
}

/** A text that may be long and of any form, such as an error; it can be scrolled by keyboard. */
export function block(text, label, name = '') {
  return h('pre', { class: `block ${name}`, tabindex: '0', role: 'group', 'aria-label': label }, text);
}

export function json(value, label) {
  return block(JSON.stringify(value, null, 2), label);
}

/** Names and values; those without a value are left out. */
export function facts(...pairs) {
  return h('dl', { class: 'facts' }, pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

/** An instant by the clock and in words. */
export function moment(instant, kind = 'any') {
  return instant === null || instant === undefined ? null : h('span', {}, at(instant), ' ', h('span', { class: 'soft' }, live(instant, kind)));
}

export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/** Arrow keys, Home and End go from one of these to the next; Tab goes on as everywhere. */
export function arrows(parent, selector) {
  parent.addEventListener('keydown', (event) => {
    const all = [...parent.querySelectorAll(selector)];
    const here = all.indexOf(event.target);
    const there = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
    if (here >= 0 && all[there]) {
      event.preventDefault();
      all[there].focus();
    }
  });
}

/** What became of an action that was refused. */
export function outcomeOf(refusal, busy) {
  switch (refusal.kind) {
    case 'busy': return busy ?? refusal.message;
    case 'role': return 'Your role may not do this. Nothing was done.';
    case 'wait': return `Too many requests. Nothing was done; try again in ${plural(refusal.retryAfter, 'second')}.`;
    case 'store': return 'The store does not answer. Whether anything was done shows when it is back.';
    case 'session': return 'You are not logged in any more. Nothing was done.';
    case 'unreachable': return 'The server does not answer. Whether anything was done shows when it is back.';
    default: return refusal.message;
  }
}

/** What a card says in place of what it could not read. */
export function unread(what, refusal, again) {
  return notice(`${what} could not be read`, refusal.kind === 'unreachable' ? 'The server does not answer.' : refusal.message,
    button('Try again', again, { class: 'quiet' }));
}

/** A card that says so in its own place if it could not be read. */
export async function card(name, what, load) {
  try {
    await load();
    byId(`${name}-notice`).replaceChildren();
    byId(name).hidden = false;
  } catch (refusal) {
    if (byId(name).hidden) {
      byId(`${name}-notice`).replaceChildren(unread(what, refusal, () => card(name, what, load)));
    }
    return refusal;
  }
  return null;
}

/** Brings a row into view that a link led to, and the focus to it. */
export function reveal(row) {
  row?.scrollIntoView({ block: 'center' });
  row?.focus({ preventScroll: true });
}

/** How far something has come, as far as it tells. */
export function bar(progress) {
  return progress && [' ', progress.percent !== null && h('progress', { max: 100, value: progress.percent, 'aria-label': 'Progress' }),
    ' ', h('span', { class: 'soft' }, progress.note ?? '')];
}
