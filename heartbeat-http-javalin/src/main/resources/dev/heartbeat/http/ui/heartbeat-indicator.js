/**
 * <heartbeat-indicator>: a slow pulsing dot that tells the health of a Heartbeat, with a tooltip.
 * No framework, no build step; attributes, events and CSS variables are in docs/indicator.md.
 */

const STATUSES = ['alive', 'warning', 'error', 'unknown', 'unreachable'];

const TEXTS = {
  alive: 'System Healthy',
  warning: 'Heartbeat Delayed',
  error: 'System Error',
  unknown: 'Status Unknown',
  unreachable: 'Server Unreachable',
  lastPulse: 'Last pulse',
  lastKnownPulse: 'Last known pulse',
  tasksExecuted: 'Tasks executed this pulse',
  nextExpected: 'Next expected',
  wasDue: 'was due {time}',
  none: 'none yet',
  notKnown: 'not known',
};

/** Whoever cannot tell the colours apart tells the shapes. Paths in a square of 24, around its middle. */
export const SHAPES = {
  alive: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18z',
  warning: 'M10.6 3.8a1.6 1.6 0 0 1 2.8 0l8 14.3a1.6 1.6 0 0 1-1.4 2.4H4a1.6 1.6 0 0 1-1.4-2.4z',
  error: 'M8.1 2.6h7.8l5.5 5.5v7.8l-5.5 5.5H8.1l-5.5-5.5V8.1z',
  unknown: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zm0 4.2a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6z',
  unreachable: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zm0 3a6 6 0 0 1 3.6 1.2l-8.4 8.4a6 6 0 0 1 4.8-9.6zm0 12'
    + 'a6 6 0 0 1-3.6-1.2l8.4-8.4a6 6 0 0 1-4.8 9.6z',
};

const CSS = `
  :host {
    --_alive: var(--heartbeat-alive, light-dark(#15803d, #4ade80));
    --_warning: var(--heartbeat-warning, #fbbf24);
    --_error: var(--heartbeat-error, light-dark(#b91c1c, #f87171));
    --_unknown: var(--heartbeat-unknown, light-dark(#6b7280, #9ca3af));
    --_size: var(--heartbeat-size, 14px);
    display: inline-block;
    position: relative;
    vertical-align: middle;
  }
  :host([hidden]) { display: none; }
  :host([theme="light"]) { color-scheme: light; }
  :host([theme="dark"]) { color-scheme: dark; }
  :host([theme="auto"]) { color-scheme: light dark; }

  button {
    all: unset;
    box-sizing: border-box;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-width: max(24px, calc(var(--_size) * 1.7));
    min-height: max(24px, calc(var(--_size) * 1.7));
    border-radius: 999px;
    cursor: default;
    color: inherit;
    -webkit-tap-highlight-color: transparent;
  }
  :host([label]) button { padding: 0 0.6em 0 0.35em; }
  button:focus-visible { outline: 2px solid light-dark(#1d4ed8, #93c5fd); outline-offset: 2px; }

  svg { width: var(--_size); height: var(--_size); overflow: visible; flex: none; }
  path { fill: currentColor; fill-rule: evenodd; transform-origin: 12px 12px; }
  .alive svg { color: var(--_alive); }
  .warning svg { color: var(--_warning); }
  .error svg { color: var(--_error); }
  .unknown svg, .unreachable svg { color: var(--_unknown); }
  /* No yellow stands out on white: there its edge does. */
  .warning .core { stroke: var(--heartbeat-warning-edge, light-dark(#8a5c00, transparent)); stroke-width: 1.8px; }
  .halo { opacity: 0; }
  .core { animation: breathe var(--heartbeat-period, 2s) ease-in-out infinite; }
  .halo { animation: halo var(--heartbeat-period, 2s) ease-out infinite; }
  .unreachable .core, .unreachable .halo { animation: none; }
  @keyframes breathe { 0%, 100% { opacity: 1; } 50% { opacity: 0.72; } }
  @keyframes halo { 0% { opacity: 0.4; transform: scale(1); } 75%, 100% { opacity: 0; transform: scale(1.75); } }

  :host(:not([label])) .label, .announcement {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .label { line-height: 1.2; }

  .tooltip {
    box-sizing: border-box;
    position: fixed;
    inset: auto;
    z-index: 2147483647;
    margin: 0;
    width: max-content;
    max-width: min(320px, calc(100vw - 16px));
    padding: 12px 14px;
    border: 1px solid light-dark(#d7dbe0, #3a4048);
    border-radius: 10px;
    background: var(--heartbeat-tooltip-background, light-dark(#ffffff, #1d2126));
    color: var(--heartbeat-tooltip-color, light-dark(#1b1f24, #e8eaed));
    box-shadow: 0 8px 24px rgb(0 0 0 / 16%), 0 1px 3px rgb(0 0 0 / 12%);
    font: 13px/1.45 var(--heartbeat-font, system-ui, sans-serif);
    text-align: start;
    white-space: normal;
    display: none;
  }
  .tooltip.open { display: block; animation: appear 120ms ease-out; }
  @keyframes appear { from { opacity: 0; transform: translateY(-3px); } }
  .title { display: flex; align-items: center; gap: 8px; margin-bottom: 8px; font-weight: 600; font-size: 14px; }
  .title svg { width: 12px; height: 12px; }
  .row { display: flex; justify-content: space-between; gap: 20px; margin-top: 3px; }
  .name { color: light-dark(#57606a, #a3abb5); }
  .value { text-align: end; font-variant-numeric: tabular-nums; }
  .clock { color: light-dark(#57606a, #a3abb5); margin-inline-start: 0.25em; }

  @media (prefers-reduced-motion: reduce) {
    .core, .halo, .tooltip.open { animation: none; }
  }
  @media (forced-colors: active) {
    .alive svg, .warning svg, .error svg, .unknown svg, .unreachable svg { color: CanvasText; }
    path, .warning .core { fill: CanvasText; stroke: none; forced-color-adjust: none; }
    .name, .clock { color: CanvasText; }
    button:focus-visible { outline-color: Highlight; }
  }
`;

const SHEET = new CSSStyleSheet();
SHEET.replaceSync(CSS);

const DEFAULT_SECONDS = 30;
const SECONDS = { fewest: 5, most: 3600 };
const LONGEST_WAIT_MS = 300_000;
const PATIENCE_MS = 10_000;
const WORDS_EVERY_MS = 15_000;
const HIDE_AFTER_MS = 200;
const EDGE_PX = 8;

export class HeartbeatIndicator extends HTMLElement {
  static observedAttributes = [
    'src', 'interval', 'label', 'lang', ...STATUSES.map((status) => `label-${status}`),
  ];

  #status = 'unknown';
  #health = null;
  #texts = {};
  #serverAhead = 0; // milliseconds: clocks of clients lie, times are told by the server's
  #answered = false;
  #failures = 0;
  #request = null;
  #pollTimer = 0;
  #wordsTimer = 0;
  #hideTimer = 0;
  #listening = null;
  #parts;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [SHEET];
    const rows = ['lastPulse', 'tasksExecuted', 'nextExpected'].map((key) => {
      const name = make('span', { class: 'name' });
      const value = make('span', { class: 'value' });
      return { key, name, value, row: make('div', { class: 'row' }, name, value) };
    });
    const dot = shape();
    const small = shape();
    const label = make('span', { class: 'label', part: 'label' });
    const title = make('span');
    const tooltip = make('div', { id: 'tooltip', role: 'tooltip', class: 'tooltip', part: 'tooltip' },
      make('div', { class: 'title' }, small.svg, title), ...rows.map(({ row }) => row));
    const button = make('button', { type: 'button', part: 'button', 'aria-describedby': 'tooltip' }, dot.svg, label);
    const announcement = make('div', { role: 'status', class: 'announcement' });
    const frame = make('span', {}, button, tooltip, announcement);
    dot.svg.setAttribute('part', 'dot');
    if (tooltip.showPopover) {
      tooltip.popover = 'manual'; // above everything, and cut off by nothing
    }
    root.append(frame);
    this.#parts = { frame, button, label, title, tooltip, rows, announcement, shapes: [dot, small] };

    button.addEventListener('focus', () => this.#open());
    button.addEventListener('blur', () => this.#close());
    button.addEventListener('click', () => this.#open());
    frame.addEventListener('pointerenter', () => this.#open());
    frame.addEventListener('pointerleave', (event) => event.pointerType !== 'touch' && this.#closeSoon());
    if (Object.hasOwn(this, 'texts')) { // set before this script was there
      const { texts } = this;
      delete this.texts;
      this.texts = texts;
    }
    this.#render();
  }

  /** The status that is shown: alive, warning, error, unknown or unreachable. */
  get status() {
    return this.#status;
  }

  /** The label that is shown, such as "System Healthy". */
  get statusLabel() {
    return this.getAttribute(`label-${this.#status}`) ?? this.#text(this.#status);
  }

  /** The health that was read last; null before the first answer. */
  get health() {
    return this.#health;
  }

  /** Texts in another language; those that are not given stay as they are. */
  get texts() {
    return { ...TEXTS, ...this.#texts };
  }

  set texts(texts) {
    this.#texts = { ...texts };
    this.#render();
  }

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#stop() : this.#start()), { signal });
    window.addEventListener('online', () => this.#start(), { signal });
    window.addEventListener('keydown', (event) => event.key === 'Escape' && this.#close(), { signal, capture: true });
    window.addEventListener('pointerdown', (event) => event.composedPath().includes(this) || this.#close(), { signal });
    window.addEventListener('scroll', () => this.#place(), { signal, capture: true, passive: true });
    window.addEventListener('resize', () => this.#place(), { signal });
    this.#render(); // the language of the page is known only now
    this.#start();
  }

  disconnectedCallback() {
    this.#listening?.abort();
    this.#listening = null;
    this.#stop();
    this.#close();
  }

  attributeChangedCallback(name, before, after) {
    if (before === after) {
      return;
    }
    if (this.#listening && (name === 'src' || name === 'interval')) { // else connecting starts it
      this.#start();
    }
    this.#render();
  }

  /**
   * Shows a health that the page has by itself, null for a server that did not answer; `now` is the server's time, if it is
   * known. Use it with interval="0".
   */
  show(health, now = undefined) {
    const ahead = Date.parse(now ?? '') - Date.now();
    this.#serverAhead = Number.isNaN(ahead) ? this.#serverAhead : ahead;
    const status = health === null ? 'unreachable' : STATUSES.includes(health.pulse) ? health.pulse : 'unknown';
    const previous = this.#status;
    this.#health = health ?? this.#health;
    this.#status = status;
    this.#render();
    if (status !== previous) {
      if (this.#answered) { // what a page finds when it opens is no news
        this.#parts.announcement.textContent = this.statusLabel;
      }
      const detail = { status, previous, label: this.statusLabel, health: this.#health };
      this.dispatchEvent(new CustomEvent('heartbeat-change', { detail, bubbles: true, composed: true }));
    }
    this.#answered = true;
  }

  // --- polling

  #start() {
    this.#stop();
    if (!this.isConnected || document.hidden) {
      return;
    }
    this.#render();
    this.#wordsTimer = setInterval(() => this.#render(), WORDS_EVERY_MS);
    if (this.#intervalMs() > 0) {
      this.#poll();
    }
  }

  #stop() {
    clearTimeout(this.#pollTimer);
    clearInterval(this.#wordsTimer);
    this.#request?.abort();
    this.#request = null;
  }

  async #poll() {
    const request = new AbortController();
    this.#request = request;
    const patience = setTimeout(() => request.abort(), PATIENCE_MS);
    let health = null;
    try {
      health = await this.#read(request.signal);
    } catch {
      // shown below: no answer is a state of its own, and a green dot never outlives it
    } finally {
      clearTimeout(patience);
    }
    if (this.#request !== request) {
      return; // stopped, or another one has begun
    }
    this.#request = null;
    this.#failures = health === null ? this.#failures + 1 : 0;
    this.show(health);
    if (this.isConnected && !document.hidden && !this.#request) { // listeners may have changed something
      clearTimeout(this.#pollTimer);
      this.#pollTimer = setTimeout(() => this.#poll(), this.#nextMs());
    }
  }

  async #read(signal) {
    const response = await fetch(this.#url(), {
      signal, cache: 'no-cache', credentials: 'same-origin', headers: { Accept: 'application/json' },
    });
    const health = await response.json();
    if (!STATUSES.includes(health?.pulse)) { // also an error page of a proxy, and a problem that knows no pulse
      return response.ok && typeof health?.pulse === 'string' ? { ...health, pulse: 'unknown' } : null;
    }
    const date = Date.parse(response.headers.get('Date') ?? '');
    const age = Number(response.headers.get('Age') ?? 0) || 0;
    this.#serverAhead = Number.isNaN(date) ? 0 : date + age * 1000 - Date.now();
    return health;
  }

  #url() {
    const src = this.getAttribute('src');
    return src ? new URL(src, document.baseURI) : new URL('../api/system/health', import.meta.url);
  }

  #intervalMs() {
    const seconds = Number(this.getAttribute('interval') ?? DEFAULT_SECONDS);
    if (seconds === 0) {
      return 0;
    }
    return 1000 * (seconds > 0 ? Math.min(Math.max(seconds, SECONDS.fewest), SECONDS.most) : DEFAULT_SECONDS);
  }

  /** A tenth more or less, so that pages do not poll in step; twice as long after each failure, up to five minutes. */
  #nextMs() {
    const regular = this.#intervalMs();
    const wait = this.#failures === 0
      ? regular
      : Math.max(regular, Math.min(regular * 2 ** (this.#failures - 1), LONGEST_WAIT_MS));
    return wait * (0.9 + 0.2 * Math.random());
  }

  // --- what is seen and heard

  #text(key) {
    return this.#texts[key] ?? TEXTS[key];
  }

  #render() {
    const { frame, label, title, rows, shapes } = this.#parts;
    frame.className = this.#status;
    if (this.isConnected && this.getAttribute('status') !== this.#status) {
      this.setAttribute('status', this.#status);
    }
    for (const { paths } of shapes) {
      paths.forEach((path) => path.setAttribute('d', SHAPES[this.#status]));
    }
    write(label, this.statusLabel);
    write(title, this.statusLabel);
    const health = this.#health;
    const values = {
      lastPulse: this.#moment(health?.timestamp, health ? 'none' : 'notKnown'),
      tasksExecuted: [this.#tasks(health)],
      nextExpected: this.#moment(health?.nextExpected, 'notKnown', true),
    };
    for (const { key, name, value } of rows) {
      write(name, this.#text(key === 'lastPulse' && this.#status === 'unreachable' ? 'lastKnownPulse' : key));
      const [words, clock] = values[key];
      if (value.dataset.shown !== `${words} ${clock}`) {
        value.dataset.shown = `${words} ${clock}`;
        value.replaceChildren(words, ...(clock ? [' ', make('span', { class: 'clock' }, clock)] : []));
      }
    }
  }

  #tasks(health) {
    const counts = [health?.schedulesExecuted, health?.browserTasksExecuted].filter(Number.isFinite);
    return counts.length === 0
      ? this.#text('notKnown')
      : new Intl.NumberFormat(this.#language()).format(counts.reduce((sum, count) => sum + count, 0));
  }

  /** A time in words and, beside it, by the clock of whoever looks. */
  #moment(text, otherwise, ahead = false) {
    const at = Date.parse(text ?? '');
    if (Number.isNaN(at)) {
      return [this.#text(otherwise), ''];
    }
    const language = this.#language();
    const now = Date.now() + this.#serverAhead;
    const away = ahead ? at - now : Math.min(at - now, 0);
    const words = relative(away, language);
    const sameDay = Math.abs(away) < 43_200_000;
    const clock = new Intl.DateTimeFormat(language, {
      hour: '2-digit', minute: '2-digit', ...(sameDay ? {} : { day: 'numeric', month: 'short' }),
    }).format(at);
    return [ahead && away < 0 ? this.#text('wasDue').replace('{time}', words) : words, clock];
  }

  /** The language of the page, as it is written where the reader lives: 22:05 or 10:05 PM. */
  #language() {
    const language = this.closest('[lang]')?.lang || 'en';
    const readers = navigator.languages?.find((each) => each.startsWith(`${language}-`));
    try {
      return Intl.getCanonicalLocales(readers ?? language)[0];
    } catch {
      return 'en';
    }
  }

  // --- the tooltip: by hover and by focus, kept while it is hovered, closed by Escape (WCAG 1.4.13)

  #open() {
    clearTimeout(this.#hideTimer);
    const { tooltip } = this.#parts;
    if (!this.isConnected || tooltip.classList.contains('open')) {
      return;
    }
    this.#render();
    tooltip.classList.add('open');
    tooltip.showPopover?.();
    this.#place();
  }

  #closeSoon() {
    clearTimeout(this.#hideTimer);
    this.#hideTimer = setTimeout(() => {
      if (!this.shadowRoot.activeElement?.matches(':focus-visible')) {
        this.#close();
      }
    }, HIDE_AFTER_MS);
  }

  #close() {
    clearTimeout(this.#hideTimer);
    const { tooltip } = this.#parts;
    if (tooltip.classList.contains('open')) {
      tooltip.classList.remove('open');
      if (tooltip.isConnected) {
        tooltip.hidePopover?.();
      }
    }
  }

  /** Below the dot and around its middle; above it where there is no room, never over an edge of the window. */
  #place() {
    const { tooltip, button } = this.#parts;
    if (!tooltip.classList.contains('open')) {
      return;
    }
    const dot = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = tooltip;
    const room = document.documentElement.clientWidth - width - EDGE_PX;
    const left = Math.max(EDGE_PX, Math.min(dot.left + (dot.width - width) / 2, room));
    const below = dot.bottom + 6;
    const isRoom = below + height <= window.innerHeight - EDGE_PX || dot.top - 6 - height < 0;
    tooltip.style.left = `${left}px`;
    tooltip.style.top = `${isRoom ? below : dot.top - 6 - height}px`;
  }
}

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.append(...children);
  return element;
}

function shape() {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const paths = ['halo', 'core'].map((part) => {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('class', part);
    svg.append(path);
    return path;
  });
  return { svg, paths };
}

function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A time in words: "2 minutes ago", "in 8 minutes", "now". */
export function relative(milliseconds, language) {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const seconds = Math.trunc(milliseconds / 1000);
  const size = Math.abs(seconds);
  if (size < 10) {
    return format.format(0, 'second');
  }
  const [unit, length] = size < 60 ? ['second', 1]
    : size < 3600 ? ['minute', 60]
      : size < 172_800 ? ['hour', 3600]
        : ['day', 86_400];
  return format.format(Math.trunc(seconds / length), unit);
}

if (!customElements.get('heartbeat-indicator')) {
  customElements.define('heartbeat-indicator', HeartbeatIndicator);
}
