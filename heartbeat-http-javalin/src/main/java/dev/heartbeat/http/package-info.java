/**
 * Tick, health and the indicator over HTTP: {@link dev.heartbeat.http.HeartbeatPlugin} mounts them on a Javalin app,
 * {@link dev.heartbeat.http.HeartbeatHttpServer} is one by itself. What a request does is decided in
 * {@link dev.heartbeat.http.HeartbeatHttp}, which knows no framework.
 */
@NullMarked
package dev.heartbeat.http;

import org.jspecify.annotations.NullMarked;
