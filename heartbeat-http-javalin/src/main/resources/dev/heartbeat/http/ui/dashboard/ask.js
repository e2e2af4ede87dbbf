/** One dialog that asks before something is done. */

import { byId, h } from './dom.js';

const dialog = byId('ask');
const form = dialog.querySelector('form');
let settle = null;

/**
 * Asks, and gives the values of the fields by name; null if the person does not want it after all. The focus goes back to
 * where it was.
 */
export function ask({ title, text, fields, action }) {
  byId('ask-title').textContent = title;
  byId('ask-text').textContent = text;
  byId('ask-action').textContent = action;
  byId('ask-fields').replaceChildren(...fields);
  dialog.showModal();
  return new Promise((resolve) => {
    settle = resolve;
  });
}

/** A field of the dialog with its label above. */
export function field(label, control, hint = '') {
  return h('label', { class: 'field' }, h('span', {}, label), control, hint && h('span', { class: 'soft small' }, hint));
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const values = Object.fromEntries(new FormData(form));
  dialog.close();
  settle?.(values);
  settle = null;
});
byId('ask-cancel').addEventListener('click', () => dialog.close());
dialog.addEventListener('close', () => {
  settle?.(null);
  settle = null;
});
