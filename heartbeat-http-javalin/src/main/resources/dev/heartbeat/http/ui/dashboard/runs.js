/** One run of a schedule: a line, and what is known of it on request. */

import { get, part } from './api.js';
import { h } from './dom.js';
import { block, button, chevron, facts, json, mark, markOf, moment, plural, unread } from './parts.js';
import { placeLink } from './place.js';
import { duration, number } from './time.js';

/** A line for a run, of a pulse (`named` by its schedule) or of a schedule. It never changes: what ended has ended. */
export function runLine(run, { named }) {
  const detail = h('div', { class: 'run-detail', hidden: true });
  const words = [
    named && placeLink({ schedule: run.schedule }),
    !named && moment(run.endedAt ?? run.fireTime, 'past'),
    h('span', { class: 'words' }, run.words),
    run.durationMs > 0 && h('span', { class: 'soft' }, duration(run.durationMs)),
  ];
  return h('li', { class: 'run' },
    h('div', { class: 'run-line' }, mark(markOf(run.outcome)), h('span', { class: 'run-words' }, words), run.id && more(run, detail)),
    run.retryAt && h('p', { class: 'soft indent' }, 'Next attempt ', moment(run.retryAt, 'due')),
    run.error && block(run.error, `Error of ${run.schedule}`, 'error-text indent'),
    detail);
}

function more(run, detail) {
  const open = button([chevron(), 'Details'], async () => {
    const wanted = open.getAttribute('aria-expanded') !== 'true';
    open.setAttribute('aria-expanded', wanted);
    detail.hidden = !wanted;
    if (wanted) {
      await load(run, detail, false);
    }
  }, { class: 'quiet toggle', 'aria-expanded': 'false', 'aria-label': `Details of ${run.schedule}` });
  return open;
}

async function load(run, detail, withParams) {
  try {
    const answer = await get(`api/runs/${part(run.id)}`, withParams ? { params: true } : {});
    detail.replaceChildren(...content(run, answer, detail));
    if (withParams) {
      detail.querySelector('.params pre')?.focus();
    }
  } catch (refusal) {
    detail.replaceChildren(unread('The run', refusal, () => load(run, detail, withParams)));
  }
}

function content(known, { run, current, params }, detail) {
  const shown = run ?? known;
  const fires = shown.count > 1 ? `${shown.exact ? '' : 'at least '}${plural(shown.count, 'fire')}, the first ` : null;
  return [
    current && h('p', {}, current.words, current.until && [' ', moment(current.until, 'due')]),
    run === null && current === null && h('p', { class: 'soft' }, 'Its entry is not among the last ones of its schedule any more.'),
    facts(
      ['Task', shown.task],
      ['Due', moment(shown.fireTime)],
      ['Fires', fires && [fires, moment(shown.firstFire)]],
      ['Started', moment(shown.startedAt)],
      ['Ended', moment(shown.endedAt)],
      ['Took', shown.durationMs > 0 ? duration(shown.durationMs) : null],
      ['Attempt', shown.attempt],
      ['Outcome', shown.reason ? `${shown.outcome}, ${shown.reason}` : shown.outcome],
      ['Asked for', shown.forced ? 'by a person' : null],
      ['Part of', shown.backfill ? 'a backfill' : null],
      ['Counted', counted(shown.counts)],
      ['Pulse', shown.pulse && placeLink({ pulse: shown.pulse })],
    ),
    shown.error && shown.error !== known.error && block(shown.error, 'Error', 'error-text'),
    filled(shown.result) && h('div', {}, h('h4', {}, 'Result'), json(shown.result, 'Result')),
    params === null
      ? button('Show params', () => load(known, detail, true), { class: 'quiet' })
      : h('div', { class: 'params' }, h('h4', {}, 'Params, as the schedule has them now'), json(params, 'Params')),
  ].filter(Boolean);
}

function counted(counts) {
  return Object.entries(counts ?? {}).map(([name, count]) => `${number(count)} ${name}`).join(', ');
}

export function filled(value) {
  return value !== null && value !== undefined && (typeof value !== 'object' || Object.keys(value).length > 0);
}
