package dev.heartbeat.examples;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.examples.store.MapStore;
import dev.heartbeat.store.PulseDetail;
import dev.heartbeat.store.RunQuery;
import dev.heartbeat.store.RunRecord;
import dev.heartbeat.task.TaskResult;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** A store of one's own: {@link MapStore} passes the conformance kit, so it can be handed to a heartbeat like any other. */
public final class CustomStoreExample {
    private CustomStoreExample() {}

    /** Lets two processes pulse over one store, and shows what is in it after. */
    public static void main(String[] args) {
        MapStore store = new MapStore(InstantSource.system());
        // A document as a person writes it. It has never run, so the next pulse runs it; `owner` is nobody's business.
        store.putDocument(
                "weekly-deals",
                Map.of(
                        "enabled", true,
                        "cron", "0 9 * * 1",
                        "task", "weekly-deals-video",
                        "owner", "marketing"));

        for (String process : List.of("one", "two")) {
            try (Heartbeat heartbeat = Heartbeat.builder(store)
                    .name(process)
                    .task("weekly-deals-video", context -> TaskResult.of(Map.of("made-by", process)))
                    .build()) {
                for (PulseDetail detail : heartbeat.pulse().details()) {
                    System.out.println("process " + process + ": " + detail.id() + " "
                            + detail.outcome().text() + (detail.reason() == null ? "" : ", " + detail.reason()));
                }
            }
        } // close() never closes the store: it is its owner's

        Map<String, ?> document = store.document("weekly-deals").orElseThrow();
        System.out.println("last result: " + document.get("lastResult") + ", owner: " + document.get("owner"));
        for (RunRecord run : store.runs(RunQuery.newest(10)).items()) {
            System.out.println(
                    "ledger: " + run.scheduleId() + " " + run.outcome().text());
        }
    }
}
