package dev.heartbeat.http;

import io.javalin.security.RouteRole;

/**
 * The roles that our routes carry, for hosts whose {@code beforeMatched} handler gates every route by its roles. Each
 * route checks by itself what it needs, whatever the host does.
 */
public enum HeartbeatRole implements RouteRole {
    /** Open to anybody: health, the indicator, and the public views that are on. */
    PUBLIC,
    /** The dashboard, its login and its API: the route itself asks who looks. */
    DASHBOARD,
    /** Needs the tick secret, which the route itself checks: tick, and answers for runs. */
    TICK
}
