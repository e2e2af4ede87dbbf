package dev.heartbeat.firestore;

import com.google.cloud.firestore.Firestore;
import org.junit.jupiter.api.AfterEach;

/** A project of its own for each test, and a client whose calls are counted. */
abstract class OnTheWire {
    final TestProject project = new TestProject();
    final Wire wire = new Wire();
    final Firestore client = wire.client(Emulator.shared(), project.name());

    @AfterEach
    void close() {
        client.shutdown();
        project.close();
    }
}
