/**
 * Cron dialects and cron in words, through cron-utils: {@code dev.heartbeat.cronutils.CronDialect} is the entry type.
 * cron-utils is an automatic module, so an image of jlink cannot hold it.
 */
@SuppressWarnings("requires-automatic")
module dev.heartbeat.cronutils {
    requires transitive dev.heartbeat.core;
    requires com.cronutils;
    // An automatic module cannot say that it needs this one.
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.heartbeat.cronutils;
}
