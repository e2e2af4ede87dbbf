package dev.heartbeat.alert;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A sink that keeps what it is told, and refuses on demand. */
final class Mailbox implements AlertSink {
    private final String name;
    private final List<Alert> alerts = new CopyOnWriteArrayList<>();
    private volatile boolean refusing;

    Mailbox(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void send(Alert alert) {
        if (refusing) {
            throw new IllegalStateException("mailbox full");
        }
        alerts.add(alert);
    }

    void refuse(boolean refuse) {
        refusing = refuse;
    }

    /** Returns what it was told, and forgets it. */
    List<Alert> take() {
        List<Alert> taken = List.copyOf(alerts);
        alerts.removeAll(taken);
        return taken;
    }

    List<Alert.Kind> takeKinds() {
        return take().stream().map(Alert::kind).toList();
    }
}
