/** Makes elements and keeps lists of them. Whatever comes from the server is set as text; nothing here becomes markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** An element: attributes by name, listeners as functions by the name of their event, children that are nodes or text. */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same within a picture. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...there(children));
  return element;
}

function there(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

export const byId = (id) => document.getElementById(id);

/** Writes a text, only if it is another one: nothing is announced twice, no selection is lost. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Puts these into an element, unless the last ones were made of the same data. */
export function replace(element, data, make) {
  const shown = JSON.stringify(data);
  if (rendered.get(element) !== shown) {
    rendered.set(element, shown);
    element.replaceChildren(...there([make()]));
  }
}

const rendered = new WeakMap();
const kept = new WeakMap();

/**
 * Makes the children of an element those of a list, by key. An entry that stays keeps its element, and with it focus, what is
 * open in it, and the selection. `make(item)` gives `{ element, update(item) }`.
 */
export function keep(parent, items, keyOf, make) {
  const before = kept.get(parent) ?? new Map();
  const after = new Map();
  const focused = document.activeElement;
  for (const item of items) {
    const key = keyOf(item);
    const entry = before.get(key) ?? make(item);
    entry.update(item);
    after.set(key, entry);
  }
  for (const [key, { element }] of before) {
    if (!after.has(key)) {
      element.remove();
    }
  }
  let next = null;
  for (const { element } of [...after.values()].reverse()) { // what else is in the parent stays in front
    if (element.parentNode !== parent || element.nextElementSibling !== next) {
      parent.insertBefore(element, next);
    }
    next = element;
  }
  kept.set(parent, after);
  if (focused !== document.activeElement && parent.contains(focused)) {
    focused.focus({ preventScroll: true }); // it was moved
  }
  return after;
}
