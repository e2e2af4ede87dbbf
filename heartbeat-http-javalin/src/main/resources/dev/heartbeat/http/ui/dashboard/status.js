/** The status card: how it stands, why, and what to do. */

import { byId, h, replace, say } from './dom.js';
import { moment, plural } from './parts.js';
import { placeLink } from './place.js';
import { at, date, duration, live, number, percent, zoneWords } from './time.js';

const SENTENCES = {
  alive: 'Pulses come in time, and nothing failed.',
  unknown: 'There was no pulse yet.',
};

const THE_PULSE = 'pulse'; // in place of a schedule, where the pulse could not do its work

const card = byId('status');

/** Shows a summary. The dot of the header and the one of this card are given the same. */
export function showSummary(summary) {
  const known = summary.today !== null; // else the store did not answer: what was last known stays
  const health = {
    pulse: summary.status, timestamp: summary.lastPulse?.at, nextExpected: summary.nextExpected,
    schedulesExecuted: summary.lastPulse?.executed,
  };
  showStatus(summary.status, summary.label, known ? health : null, summary.now);
  card.dataset.stale = !known;
  const { causes, errors, errorsTotal, pauses, ticker, running } = summary;
  replace(byId('causes'), { causes, sentence: SENTENCES[summary.status] }, () => (causes.length > 0
    ? h('ul', {}, causes.map(cause))
    : h('p', {}, SENTENCES[summary.status] ?? '')));
  replace(byId('errors'), { errors, errorsTotal }, () => errors.length > 0 && errorsOf(errors, errorsTotal));
  replace(byId('pauses'), pauses, () => pauses.map(pause));
  if (known) {
    showFacts(summary, running, ticker);
  }
}

/** Shows that no answer came: what was last known stays, named as such, and nothing is green. */
export function showLost(status, label, cause, nextStep) {
  showStatus(status, label, null);
  card.dataset.stale = 'true';
  replace(byId('causes'), { cause, nextStep }, () => h('ul', {}, h('li', {},
    h('p', { class: 'cause' }, cause), h('p', { class: 'next-step' }, nextStep))));
}

function showStatus(status, label, health, now) {
  card.dataset.status = status;
  say(byId('status-label'), label);
  document.title = `${label} · Heartbeat`;
  for (const indicator of document.querySelectorAll('heartbeat-indicator')) {
    indicator.show(status === 'unreachable' ? null : health ?? { ...indicator.health, pulse: status }, now);
  }
}

function cause({ cause: text, since, nextStep }) {
  return h('li', {},
    h('p', { class: 'cause' }, text, since && h('span', { class: 'soft' }, ' · since ', at(since))),
    nextStep && h('p', { class: 'next-step' }, nextStep));
}

function errorsOf(errors, total) {
  const rest = total - errors.length;
  return h('details', {}, h('summary', {}, `${plural(total, 'error')} of the last pulses`),
    h('ul', { class: 'plain' }, errors.map(({ id, error, at: when }) => h('li', {},
      id === THE_PULSE ? 'The pulse itself' : placeLink({ schedule: id }), ' ', h('span', { class: 'soft' }, moment(when, 'past')),
      h('p', { class: 'error-text' }, error)))),
    rest > 0 && h('p', { class: 'soft' }, `${number(rest)} more are in the pulses below.`));
}

function pause({ queue, until, by, reason }) {
  return h('p', { class: 'flag' }, queue ? `Queue ${queue} is paused` : 'Everything is paused',
    until ? [' until ', at(until)] : ' until it is resumed', by && ` by ${by}`, reason && `: ${reason}`);
}

function showFacts({ lastPulse, nextExpected, today, intervalMs }, running, ticker) {
  replace(byId('last-pulse'), lastPulse, () => (lastPulse
    ? [live(lastPulse.at, 'past'), sub(at(lastPulse.at), ` · ${lastPulse.source} · ${duration(lastPulse.durationMs)}`)]
    : ['none yet', sub('waiting for the first')]));
  replace(byId('next-pulse'), { nextExpected, running, ticker, intervalMs }, () => [
    running ? 'under way' : nextExpected ? live(nextExpected, 'due') : 'not known',
    sub(nextExpected && !running ? [at(nextExpected), ' · '] : '', `every ${duration(intervalMs)}`,
      ticker ? ', by this server itself' : ', from outside'),
  ]);
  replace(byId('executed-today'), today, () => [
    `${number(today.executed)} (today)`, sub(`${date(today.date)}, ${zoneWords(today.zone)}`)]);
  replace(byId('success-rate'), today, () => [
    today.successRate === null ? 'none ran yet' : percent(today.successRate),
    sub(today.failed === 0 ? 'none failed today' : `${number(today.failed)} failed today`)]);
}

function sub(...text) {
  return h('span', { class: 'sub' }, ...text);
}
