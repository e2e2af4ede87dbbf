/** The dashboard: who looks, what is read when, and what is said when nothing can be read. */

import '../heartbeat-indicator.js';
import { get, getInZone, onSessionLost, post } from './api.js';
import { loadChart, setUpChart } from './chart.js';
import { byId, h, replace, say } from './dom.js';
import { loadAudit, loadCounts, loadMetrics, setUpFigures } from './figures.js';
import { loadInsight } from './insight.js';
import { button, notice, plural } from './parts.js';
import { onPlace } from './place.js';
import { offerPulse } from './pulse.js';
import { loadMoving, loadSchedules, setUpSchedules, showPlaceOfSchedules } from './schedules.js';
import { showLost, showSummary } from './status.js';
import { clock, renderTimes, serverNow } from './time.js';
import { loadTimeline, setUpTimeline, showPlaceOfTimeline } from './timeline.js';

const POLL_MS = 30_000;
const LONGEST_WAIT_MS = 300_000;
const FIGURES_MS = 300_000;
const INSIGHT_MS = 3_600_000;
const WORDS_MS = 1_000;
const PLACE_KEY = 'heartbeat-place';

let me = null;
let summary = null;
let asking = false; // only while a super user looks who is logged in
let opened = false;
let polling = false;
let wanted = null; // a poll that was asked for during another one: whether of everything
let failures = 0;
let figuresAt = 0;
let insightAt = 0;
let pollTimer = 0;
let wordsTimer = 0;

// --- what is read when

/**
 * One small question every 30 seconds; all else only if that tells of a new pulse, or after five minutes, and the insight
 * after an hour. `all` reads everything. What is asked for during a poll is read after it: the answers on their way may be older than the wish.
 */
async function poll(all = false) {
  if (!asking) {
    return;
  }
  if (polling) {
    wanted = wanted || all;
    return;
  }
  polling = true;
  clearTimeout(pollTimer);
  let shown = false;
  try {
    const before = summary;
    summary = await getInZone('api/summary');
    showSummary(summary);
    shown = true;
    renderTimes(); // it brought the server's time
    await read(all || failures > 0 || news(before) !== news(summary), all);
    failures = 0;
    hideBanner();
    say(byId('updated'), `Updated ${clock(new Date(serverNow()).toISOString())}`);
  } catch (refusal) {
    failures += 1;
    lost(refusal, shown);
  } finally {
    polling = false;
    schedulePoll();
  }
  if (wanted !== null) {
    const everything = wanted;
    wanted = null;
    await poll(everything);
  }
}

/** What a summary tells that other cards show, too. */
function news(known) {
  return known && `${known.lastPulse?.id} ${known.lastPulse?.executed} ${known.errorsTotal} ${known.running}`;
}

async function read(pulsed, all) {
  const late = Date.now() - figuresAt > FIGURES_MS;
  const cards = [];
  if (pulsed || late) {
    cards.push(loadTimeline(), loadChart(), loadAudit(), loadSchedules());
  } else {
    cards.push(loadMoving());
  }
  if (all || late) {
    figuresAt = Date.now();
    cards.push(loadMetrics(), loadCounts());
  }
  if (all || Date.now() - insightAt > INSIGHT_MS) {
    insightAt = Date.now();
    loadInsight(); // nobody waits for it, and it says by itself if it could not be read
  }
  const answers = await Promise.allSettled(cards);
  const gone = answers.find(({ reason }) => ['session', 'unreachable', 'store'].includes(reason?.kind));
  if (gone) {
    throw gone.reason;
  }
}

/** A tenth more or less, so that pages do not poll in step; twice as long after each failure, up to five minutes. */
function schedulePoll() {
  clearTimeout(pollTimer);
  if (!document.hidden && asking) {
    pollTimer = setTimeout(() => poll(), waitMs());
  }
}

function waitMs() {
  const wait = failures < 2 ? POLL_MS : Math.min(POLL_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
  return wait * (0.9 + 0.2 * Math.random());
}

document.addEventListener('visibilitychange', () => {
  clearInterval(wordsTimer);
  if (document.hidden) {
    clearTimeout(pollTimer);
  } else if (asking) {
    wake();
  }
});
window.addEventListener('online', () => poll());

function wake(all = false) {
  clearInterval(wordsTimer);
  wordsTimer = setInterval(renderTimes, WORDS_MS);
  renderTimes();
  poll(all);
}

// --- what is said when nothing can be read

/** `shown` tells whether a summary came all the same: it knows better how it stands. */
function lost(refusal, shown) {
  switch (refusal.kind) {
    case 'session':
      return; // told by endSession
    case 'role':
      stop('You may not see this any more', 'Ask whoever runs this site for the role of a super user.',
        button('Load again', () => location.reload()));
      return;
    case 'store':
      if (!shown) {
        showLost('error', 'System Error', 'The store does not answer',
          'Check that the server reaches it. This page asks again by itself.');
      }
      banner('The store does not answer.', refusal.message);
      return;
    case 'wait':
      banner('Too many requests.', `The server asks this page to wait ${plural(refusal.retryAfter, 'second')}.`);
      return;
    case 'unreachable':
      showLost('unreachable', 'Server Unreachable', 'The server does not answer',
        'Check the network, and that the server runs. This page asks again by itself.');
      banner('The server does not answer.');
      return;
    default:
      showLost('unknown', 'Status Unknown', refusal.message, 'This page asks again by itself.');
      banner('The status could not be read.', refusal.message);
  }
}

function banner(title, text = '') {
  const since = summary === null ? '' : ` What is shown below is from ${clock(summary.now)}.`;
  replace(byId('banner'), { title, text, since }, () => h('div', { class: 'banner' },
    h('p', {}, h('strong', {}, title), ` ${text}${since}`), button('Try again', () => poll())));
}

function hideBanner() {
  replace(byId('banner'), null, () => null);
}

/** Nothing is asked any more, and nothing that is shown counts as current. */
function stop(title, advice, action) {
  asking = false;
  clearTimeout(pollTimer);
  showLost('unknown', 'Status Unknown', title, advice);
  replace(byId('banner'), title, () => h('div', { class: 'banner' },
    h('p', {}, h('strong', {}, `${title}.`), ' What is shown below is not current.'), action));
}

function endSession() {
  if (asking) {
    stop('Your session has ended', me.login ? 'Log in again to see how it stands.' : 'Log in where you came from, then load this page again.',
      me.login ? loginLink() : null);
  }
}

/** Logging in leads back to what was looked at. */
function loginLink() {
  return h('a', {
    class: 'button', href: me?.login ?? 'login',
    click: () => sessionStorage.setItem(PLACE_KEY, location.hash),
  }, 'Log in');
}

function returnToPlace() {
  const hash = sessionStorage.getItem(PLACE_KEY);
  sessionStorage.removeItem(PLACE_KEY);
  if (hash && !location.hash) {
    history.replaceState(null, '', hash);
  }
}

// --- who looks

async function start() {
  try {
    me = await get('api/me');
  } catch (refusal) {
    showGate('The server does not answer', refusal.kind === 'unreachable'
      ? 'Check the network, and that the server runs.' : refusal.message, button('Try again', start));
    return;
  }
  say(byId('who'), me.name ?? '');
  byId('logout').hidden = !me.logout;
  const superUser = me.role === 'SUPER_USER';
  byId('dashboard').hidden = !superUser;
  byId('gate').hidden = superUser;
  byId('dot').hidden = !superUser && me.role !== 'TENANT';
  if (superUser) {
    open();
  } else {
    showRole();
  }
}

function showRole() {
  switch (me.role) {
    case 'TENANT':
      byId('dot').setAttribute('src', me.health);
      byId('dot').setAttribute('interval', '30'); // it asks health by itself
      showGate('You see how the system stands', 'Point at the dot above for its last and its next pulse. The rest of this page is for operators.');
      break;
    case 'CUSTOMER':
      showGate('There is nothing here for you', 'This page is for operators.');
      break;
    default:
      if (me.login) {
        showGate('Nobody is logged in', 'This page is for operators.', loginLink());
      } else {
        showGate('You may not see this page', 'Ask whoever runs this site for the role of a super user.');
      }
  }
}

function showGate(title, text, action = null) {
  byId('gate').hidden = false;
  byId('gate').replaceChildren(notice(title, text, action));
}

function open() {
  asking = true;
  if (!opened) {
    opened = true;
    setUpChart();
    setUpTimeline();
    setUpSchedules(me.canOperate);
    setUpFigures();
    if (me.canPulse) {
      offerPulse(() => poll(true));
    }
    byId('refresh').hidden = false;
    byId('refresh').addEventListener('click', () => poll(true));
    onPlace((name) => Promise.allSettled([showPlaceOfTimeline(name), showPlaceOfSchedules(name), loadChart()]));
  }
  wake(true);
}

byId('logout').addEventListener('click', async () => {
  try {
    await post('logout');
  } finally {
    location.reload();
  }
});
onSessionLost(endSession);
returnToPlace();
start();
