package dev.heartbeat.http;

/** What somebody who looks may see. */
public enum ViewerRole {
    /** Everything; may pulse, run, pause and resume. */
    SUPER_USER,
    /** The indicator and its tooltip. */
    TENANT,
    /** Nothing but the {@linkplain PublicView public views} that are on. */
    CUSTOMER,
    /** Nobody that is known. */
    NONE
}
