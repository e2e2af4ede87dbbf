/** What is looked at, in the address, so that it can be sent to somebody: #range=7d&schedule=weekly-deals */

import { h } from './dom.js';

const listeners = [];

function read() {
  return new URLSearchParams(location.hash.slice(1));
}

/** What the address says of this; empty if nothing. */
export const placeOf = (name) => read().get(name) ?? '';

/** Changes the address; a step that goes somewhere can be gone back. */
export function go(changes, { step = false } = {}) {
  const place = read();
  for (const [name, value] of Object.entries(changes)) {
    if (value) {
      place.set(name, value);
    } else {
      place.delete(name);
    }
  }
  const hash = place.toString();
  if (hash !== location.hash.slice(1)) {
    const url = `${location.pathname}${location.search}${hash ? `#${hash}` : ''}`;
    history[step ? 'pushState' : 'replaceState'](null, '', url);
  }
}

/** A link to a pulse or a schedule of this page; it keeps the rest of the address as it is when it is followed. */
export function placeLink(changes, text = Object.values(changes)[0]) {
  return h('a', {
    href: `#${new URLSearchParams(changes)}`,
    click: (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        go(changes, { step: true });
        tell(Object.keys(changes)[0]);
      }
    },
  }, text);
}

/** Calls back when somebody goes back, forward, or follows a link of this page, with the name of what it leads to. */
export function onPlace(listener) {
  listeners.push(listener);
}

function tell(name = '') {
  listeners.forEach((listener) => listener(name));
}

window.addEventListener('popstate', () => tell());
