/** "Pulse now": one pulse at the wish of a person, with what becomes of it. */

import { post } from './api.js';
import { byId, h } from './dom.js';
import { mark, markOf, outcomeOf } from './parts.js';
import { placeLink } from './place.js';
import { duration } from './time.js';

const SECOND_MS = 1000;

const pulseButton = byId('pulse-now');
const outcome = byId('pulse-outcome');
const progress = byId('pulse-progress');
let afterwards = async () => {};

/** Offers the button; `then` is awaited when a pulse has answered, or did not. */
export function offerPulse(then) {
  afterwards = then;
  pulseButton.hidden = false;
  pulseButton.addEventListener('click', pulseNow);
}

/** Sends a pulse, unless this page waits for one. */
export async function pulseNow() {
  if (pulseButton.getAttribute('aria-disabled') === 'true') {
    return;
  }
  pulseButton.setAttribute('aria-disabled', 'true'); // not disabled: that would lose the focus
  outcome.replaceChildren();
  const stop = showProgress();
  try {
    const answer = await post('api/pulse');
    const failed = [...answer.details, ...answer.browserTasks].some(({ status }) => markOf(status) === 'error');
    tell(failed ? 'error' : 'ok', `Pulse done in ${duration(answer.durationMs)}: ${answer.text}.`, answer.id);
  } catch (refusal) {
    tell(refusal.kind === 'busy' ? 'warning' : 'error', outcomeOf(refusal,
      'A pulse is already under way, so none was started. What it does is shown here when it has ended.'));
  } finally {
    stop();
    pulseButton.removeAttribute('aria-disabled');
  }
  await afterwards();
}

function showProgress() {
  const begun = Date.now();
  const elapsed = byId('pulse-elapsed');
  elapsed.textContent = '';
  progress.hidden = false;
  const timer = setInterval(() => {
    elapsed.textContent = ` ${Math.round((Date.now() - begun) / SECOND_MS)} s`;
  }, SECOND_MS);
  return () => {
    clearInterval(timer);
    progress.hidden = true;
  };
}

function tell(kind, text, id = null) {
  outcome.replaceChildren(h('p', {}, mark(kind), h('span', {}, text, ' ', id && placeLink({ pulse: id }, 'Its runs'))));
}
