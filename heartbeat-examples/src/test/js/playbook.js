// Works in the database as the playbook tells people to, by Google's own JavaScript client, while the quick server of
// HEARTBEAT_URL is sent its ticks. Prints what it has seen, line by line; ends with an error at the first thing that is
// otherwise. Needs HEARTBEAT_URL, CRON_SECRET, GOOGLE_CLOUD_PROJECT and FIRESTORE_EMULATOR_HOST.
'use strict';

const assert = require('node:assert/strict');
const { Firestore, FieldValue, GeoPoint, Timestamp } = require('@google-cloud/firestore');

const db = new Firestore({ projectId: process.env.GOOGLE_CLOUD_PROJECT });
const OURS = ['lastRun', 'lastResult', 'nextRun', 'heartbeat'];

async function tick() {
  const response = await fetch(`${process.env.HEARTBEAT_URL}/api/cron/tick`, {
    headers: { Authorization: `Bearer ${process.env.CRON_SECRET}` },
  });
  const answer = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer));
  assert.equal(answer.success, true, JSON.stringify(answer));
  return answer.details;
}

/** The ids of what a tick has run. */
async function ranAtATick() {
  return (await tick()).filter((detail) => detail.status === 'executed').map((detail) => detail.id).sort();
}

const read = async (document) => (await document.get()).data();

/** Every document below a collection, by its path, with the time at which it was last written. */
async function snapshot(collection, into = {}) {
  for (const reference of await collection.listDocuments()) {
    const document = await reference.get();
    into[reference.path] = { fields: document.data(), written: document.updateTime?.valueOf() };
    for (const below of await reference.listCollections()) {
      await snapshot(below, into);
    }
  }
  return into;
}

/** What other people have in the database: whatever happens to the schedules, it stays as it is. */
async function others() {
  const all = await snapshot(db.collection('customers'));
  for (const path of ['schedules/off', 'schedules/next-year', 'system/settings']) {
    const document = await db.doc(path).get();
    all[path] = { fields: document.data(), written: document.updateTime.valueOf() };
  }
  return all;
}

/** The fields that people have written. */
function theirs(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !OURS.includes(name)));
}

async function main() {
  const ann = db.collection('customers').doc('ann');
  await ann.set({
    name: 'Ann',
    enabled: true,
    lastRun: null,
    visits: 5,
    rating: 4.5,
    place: new GeoPoint(40.7, -74),
    since: FieldValue.serverTimestamp(),
    photo: Buffer.from('photo'),
    likes: [{ what: 'tea' }, null],
    'a.b': 1,
  });
  await ann.collection('orders').doc('1').set({ customer: ann, total: 12.5 });
  await db.doc('system/settings').set({ theme: 'dark' });
  await db.doc('schedules/off').set({ enabled: false, cron: '* * * * *', task: 'log', lastRun: null });
  await db.doc('schedules/next-year').set({
    enabled: true,
    cron: '0 0 1 1 *',
    task: 'log',
    params: { message: 'Happy new year' },
    lastRun: new Date(),
  });
  const before = await others();
  assert.equal(Object.keys(before).length, 5);

  // Add new schedule
  const added = await db.collection('schedules').add({
    enabled: true,
    cron: '0 8 29 2 *',
    task: 'http-request',
    params: { url: `${process.env.HEARTBEAT_URL}/api/system/health`, expectedStatus: 200, timeoutSeconds: 20.0 },
    createdAt: new Date(),
    lastRun: null,
  });
  // the playbook's first example has no lastRun
  const mine = db.collection('schedules').doc('my-task');
  await mine.set({
    enabled: true,
    cron: '0 8 29 2 *',
    task: 'log',
    params: { message: 'Weekly deals' },
    owner: 'marketing',
    weight: 4.5,
    labels: ['a', { b: null }],
    touchedAt: FieldValue.serverTimestamp(),
  });
  const written = theirs(await read(added));
  const writtenMine = theirs(await read(mine));
  assert.deepEqual(await ranAtATick(), [added.id, 'my-task'].sort());
  assert.deepEqual(await ranAtATick(), []);
  const first = await read(added);
  assert.ok(first.lastRun instanceof Timestamp && first.lastRun.toMillis() > 0);
  assert.equal(first.lastResult.status, 200);
  assert.ok(first.nextRun instanceof Timestamp && first.nextRun.toDate().getUTCDate() === 29);
  console.log('add: runs once, at the next tick');

  const listed = [];
  await db
    .collection('schedules')
    .where('enabled', '==', true)
    .get()
    .then((found) => {
      found.forEach((doc) => {
        listed.push(doc.id);
      });
    });
  assert.deepEqual(listed.sort(), [added.id, 'my-task', 'next-year'].sort());
  console.log('where: lists what is enabled');

  // Update schedule
  await db.collection('schedules').doc('my-task').update({
    enabled: true,
    lastRun: null, // Force re-execution
  });
  assert.deepEqual(await ranAtATick(), ['my-task']);
  assert.deepEqual(await ranAtATick(), []);
  assert.equal((await read(mine)).lastResult.message, 'Weekly deals');
  console.log('update: lastRun null runs it once more');

  await mine.update({ enabled: false, lastRun: null });
  assert.deepEqual(await ranAtATick(), []);
  assert.equal((await read(mine)).lastRun, null);
  await mine.update({ enabled: true });
  assert.deepEqual(await ranAtATick(), ['my-task']);
  console.log('update: what is disabled stops, and goes on when it is enabled');

  await mine.update({ cron: '0 0 1 1 *' });
  const detail = (await tick()).find((each) => each.id === 'my-task');
  assert.equal(detail.status, 'skipped');
  assert.match(detail.nextRun, /-01-01T00:00:00Z$/);
  await mine.update({ cron: '@every PT1S' });
  let ran = [];
  while (ran.length === 0) {
    ran = await ranAtATick(); // the second that it waits for
  }
  assert.deepEqual(ran, ['my-task']);
  console.log('update: a changed cron counts from the next tick on');

  assert.deepEqual(theirs(await read(added)), written);
  assert.deepEqual(theirs(await read(mine)), { ...writtenMine, cron: '@every PT1S' });
  assert.deepEqual(await others(), before);
  const collections = (await db.listCollections()).map((each) => each.id).sort();
  assert.deepEqual(collections, ['customers', 'schedules', 'system']);
  console.log('every other field and document is as it was');

  const heartbeat = await read(db.doc('system/heartbeat'));
  assert.equal(heartbeat.status, 'healthy');
  assert.ok(heartbeat.timestamp instanceof Timestamp && heartbeat.nextPulseExpected instanceof Timestamp);
  assert.deepEqual(heartbeat.errors, []);
  const health = await (await fetch(`${process.env.HEARTBEAT_URL}/api/system/health`)).json();
  assert.equal(health.pulse, 'alive');
  console.log('system/heartbeat: healthy');

  await mine.delete();
  assert.deepEqual(await ranAtATick(), []);
  assert.equal((await mine.get()).exists, false);
  console.log('delete: it is gone');
}

main()
  .then(() => db.terminate())
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
