/**
 * The playbook's own store: schedules, claims, the heartbeat and history in Google Cloud Firestore. {@link
 * dev.heartbeat.firestore.FirestoreHeartbeatStore} is the entry type.
 */
@NullMarked
package dev.heartbeat.firestore;

import org.jspecify.annotations.NullMarked;
