/** Times as people read them. They are counted from the server's clock: those of clients lie. */

import { relative } from '../heartbeat-indicator.js';
import { h, say } from './dom.js';

const HALF_A_DAY_MS = 43_200_000;
const NOW_MS = 10_000; // nearer is "now"

/** The page's words are English; its clock is the reader's: 22:05 or 10:05 PM. */
export const LANGUAGE = navigator.languages?.find((each) => each.startsWith('en-')) ?? 'en';

export const UTC = 'UTC';
const READERS_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone ?? UTC;

/** The zone by which the server sums up: the reader's, as long as the server knows it. */
export let zone = READERS_ZONE;

export function setZone(other) {
  zone = other;
}

/** The zone of what was summed up, and why it is not the reader's. */
export const zoneWords = (shown) => (shown === READERS_ZONE ? shown : `${shown}; the server does not know ${READERS_ZONE}`);

const clockFormat = format({ hour: '2-digit', minute: '2-digit' });
const dayFormat = format({ weekday: 'short', day: 'numeric', month: 'short' });
const wholeFormat = format({ dateStyle: 'full', timeStyle: 'long' });
const dateFormat = format({ weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
const monthFormat = format({ month: 'long', year: 'numeric', timeZone: 'UTC' });
const numberFormat = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 2 });
const percentFormat = new Intl.NumberFormat(LANGUAGE, { style: 'percent', maximumFractionDigits: 1 });

let serverAhead = 0;

function format(options) {
  return new Intl.DateTimeFormat(LANGUAGE, options);
}

/** Takes the server's time from one of its answers. */
export function setServerTime(instant) {
  const at = Date.parse(instant);
  if (!Number.isNaN(at)) {
    serverAhead = at - Date.now();
  }
}

export const serverNow = () => Date.now() + serverAhead;

export const clock = (instant) => clockFormat.format(Date.parse(instant));

/** The day of an instant, as a heading. */
export function day(instant) {
  const name = dayFormat.format(Date.parse(instant));
  if (name === dayFormat.format(serverNow())) {
    return 'Today';
  }
  return name === dayFormat.format(serverNow() - 2 * HALF_A_DAY_MS) ? 'Yesterday' : name;
}

/** The clock, with the day unless it is near. */
export function clockAndDay(instant) {
  const near = Math.abs(Date.parse(instant) - serverNow()) < HALF_A_DAY_MS;
  return near ? clock(instant) : `${dayFormat.format(Date.parse(instant))}, ${clock(instant)}`;
}

export const whole = (instant) => wholeFormat.format(Date.parse(instant));

/** A date such as 2026-02-15, which is nobody's instant. */
export const date = (text) => dateFormat.format(Date.parse(`${text}T00:00:00Z`));

export const month = (text) => monthFormat.format(Date.parse(`${text}-01T00:00:00Z`));

export const number = (value) => numberFormat.format(value);

export const percent = (ratio) => percentFormat.format(ratio);

export function duration(milliseconds) {
  if (milliseconds < 1000) {
    return `${milliseconds} ms`;
  }
  const seconds = milliseconds / 1000;
  if (seconds < 60) {
    return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  }
  const [big, bigName, small, smallName] = seconds < 3600
    ? [Math.floor(seconds / 60), 'min', Math.floor(seconds % 60), 's']
    : [Math.floor(seconds / 3600), 'h', Math.floor((seconds % 3600) / 60), 'min'];
  return small === 0 ? `${big} ${bigName}` : `${big} ${bigName} ${small} ${smallName}`;
}

/** "2 minutes ago", "in 8 minutes"; what should have come says so. */
function words({ live, datetime }) {
  const away = Date.parse(datetime) - serverNow();
  switch (live) {
    case 'past': return relative(Math.min(away, 0), LANGUAGE);
    case 'due': return away < -NOW_MS ? `was due ${relative(away, LANGUAGE)}` : relative(away, LANGUAGE);
    default: return relative(away, LANGUAGE);
  }
}

/** A time in words that stay true, with the whole of it on hover. `kind` is `past`, `due` or `any`. */
export function live(instant, kind = 'any') {
  const element = h('time', { 'data-live': kind, datetime: instant, title: whole(instant) });
  say(element, words({ live: kind, datetime: instant }));
  return element;
}

/** A time by the clock, with the whole of it on hover. */
export function at(instant, text = clockAndDay(instant)) {
  return h('time', { datetime: instant, title: whole(instant) }, text);
}

/** Brings all times of the page to now. */
export function renderTimes() {
  for (const element of document.querySelectorAll('time[data-live]')) {
    say(element, words({ live: element.dataset.live, datetime: element.dateTime }));
  }
}
