/**
 * The quick server: {@link dev.heartbeat.examples.server.HeartbeatServer} is its main class. For operators who want to
 * see a heartbeat within a minute, and for readers who want to see how the parts are put together.
 */
@NullMarked
package dev.heartbeat.examples.server;

import org.jspecify.annotations.NullMarked;
