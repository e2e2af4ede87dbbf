package dev.heartbeat.chaos;

import dev.heartbeat.chaos.Crew.Worker;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Hears what the engine logs in a world: an error of its own is a defect, and the dead are not heard. */
final class EngineLog implements Filter {
    private static final Logger LOGGER = Logger.getLogger("dev.heartbeat");

    private EngineLog() {}

    static void listen() {
        if (!(LOGGER.getFilter() instanceof EngineLog)) {
            LOGGER.setFilter(new EngineLog());
        }
    }

    @Override
    public boolean isLoggable(LogRecord record) {
        if (!(Thread.currentThread() instanceof Worker worker)) {
            return true;
        }
        if (record.getLevel().intValue() >= Level.SEVERE.intValue() && !worker.process.isDead()) {
            Throwable thrown = record.getThrown();
            worker.time.defect(worker.process, thrown == null ? new AssertionError(record.getMessage()) : thrown);
        }
        return false;
    }
}
