/** What the past says of the days to come. The server looks through a month for it, so it is asked for seldom. */

import { getPatiently } from './api.js';
import { byId, h, replace, say } from './dom.js';
import { card, mark, notice } from './parts.js';
import { placeLink } from './place.js';
import { clockAndDay, date } from './time.js';

/** What is about no schedule. */
const OTHERS = ['cadence', 'capacity'];
const TRENDS = ['slower', 'faster'];

export const loadInsight = () => card('insight', 'The insight', async () => {
  const { days, findings, complete, ledger, pulses, at } = await getPatiently('api/insight');
  say(byId('insight-span'), complete ? `last ${days} days` : `last ${days} days, in part`);
  replace(byId('insight-rows'), findings, () => findings.map(finding));
  replace(byId('insight-empty'), findings.length, () => findings.length === 0 && notice('Nothing stands out',
    'Of what has run long enough to be compared, nothing takes longer or fails more often than it did, and no lack of room in pulses was found.'));
  say(byId('insight-known'), `${complete ? '' : `There was more than is read. `}Runs are known since ${day(ledger.since)}, pulses since ${
    day(pulses.since)}. Looked at ${clockAndDay(at)}.`);
});

const day = (instant) => date(instant.slice(0, 10));

function finding({ kind, about, cause, nextStep }) {
  return h('li', { 'data-kind': kind },
    h('p', { class: 'cause marked' }, mark(TRENDS.includes(kind) ? 'idle' : 'warning'), h('span', {}, cause)),
    h('p', { class: 'next-step soft' }, nextStep,
      !OTHERS.includes(kind) && [' ', placeLink({ schedule: about }, `Look at ${about}`)]));
}
