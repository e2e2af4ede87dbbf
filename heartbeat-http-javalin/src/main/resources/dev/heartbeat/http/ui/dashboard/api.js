/** The dashboard's API: docs/dashboard-api.md. All URLs are relative to the page, wherever a host puts it. */

import { UTC, setServerTime, setZone, zone } from './time.js';

const PATIENCE_MS = 10_000;
const MUCH_PATIENCE_MS = 180_000; // a pulse answers within its budget

/**
 * An answer that is none. `kind` says what the page makes of it: `malformed`, `session` (nobody is logged in), `role`,
 * `missing`, `busy`, `wait`, `store` (the server is there, its store is not), `refused`, or `unreachable`.
 */
export class Refusal extends Error {
  constructor(kind, detail, retryAfter = 0) {
    super(detail);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

const sessionListeners = [];

/** Calls back when an answer tells that nobody is logged in any more. */
export function onSessionLost(listener) {
  sessionListeners.push(listener);
}

const KINDS = { 400: 'malformed', 401: 'session', 403: 'role', 404: 'missing', 409: 'busy', 429: 'wait', 503: 'store' };

export function get(path, query = {}, signal = undefined) {
  return ask(`${path}${queryOf(query)}`, {}, PATIENCE_MS, signal);
}

/** The same, of what the server needs a while for. */
export function getPatiently(path) {
  return ask(path, {}, MUCH_PATIENCE_MS);
}

/** An answer summed up by the reader's days and hours; by those of UTC if the server does not know the reader's zone. */
export async function getInZone(path, query = {}) {
  try {
    return await get(path, { ...query, tz: zone });
  } catch (refusal) {
    if (refusal.kind !== 'malformed' || zone === UTC) {
      throw refusal;
    }
  }
  const answer = await get(path, { ...query, tz: UTC });
  setZone(UTC);
  return answer;
}

export function post(path, body = undefined) {
  const headers = { 'X-Heartbeat-Request': '1' };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  const text = body === undefined ? undefined : JSON.stringify(body);
  return ask(path, { method: 'POST', headers, body: text }, MUCH_PATIENCE_MS);
}

/** What follows the path: only what is there. */
export function queryOf(query) {
  const there = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return there.length === 0 ? '' : `?${new URLSearchParams(there)}`;
}

export const part = (text) => encodeURIComponent(text);

async function ask(path, init, patience, signal) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), patience);
  const stop = () => giveUp.abort();
  signal?.addEventListener('abort', stop);
  try {
    const response = await fetch(new URL(path, document.baseURI), {
      ...init, signal: giveUp.signal, cache: 'no-store', credentials: 'same-origin', redirect: 'manual',
      headers: { Accept: 'application/json', ...init.headers },
    });
    if (response.type === 'opaqueredirect') {
      throw new Refusal('session', 'Nobody is logged in');
    }
    if (response.status === 204) {
      return null;
    }
    const body = await response.json();
    if (response.ok) {
      setServerTime(body.now);
      return body;
    }
    throw new Refusal(kindOf(response, body), body.detail ?? body.title ?? `The server answered ${response.status}`,
      Number(response.headers.get('Retry-After')) || 0);
  } catch (error) {
    if (signal?.aborted) {
      throw new Refusal('dropped', 'Another question took its place');
    }
    const refusal = error instanceof Refusal ? error : new Refusal('unreachable', 'The server does not answer');
    if (refusal.kind === 'session') {
      sessionListeners.forEach((listener) => listener());
    }
    throw refusal;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** Only problem documents of the server itself count: a proxy's error page is no answer. */
function kindOf(response, body) {
  return Number.isInteger(body?.status) ? KINDS[response.status] ?? 'refused' : 'unreachable';
}
