package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.heartbeat.Heartbeat;
import dev.heartbeat.inmemory.InMemoryHeartbeatStore;
import dev.heartbeat.inmemory.SettableClock;
import dev.heartbeat.schedule.Schedule;
import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class DescriptionsTest {
    private static final HttpSettings SETTINGS = HttpSettings.withSecrets(Given.SECRET);

    private final SettableClock clock = new SettableClock(Given.NOON);
    private final InMemoryHeartbeatStore store = Given.store(clock);
    private final AtomicInteger reads = new AtomicInteger();

    @Test
    void aTickSaysInWordsWhenItsSchedulesFire() {
        String body = tick(SETTINGS.descriptions(
                schedule -> Optional.of("cron " + schedule.timing().text())));

        assertThat(body)
                .contains("\"status\":\"executed\",\"description\":\"cron ")
                .contains("\"nextRun\":\"2026-02-16T09:00:00Z\",\"description\":\"cron ");
    }

    @Test
    void withoutWordsTheShapeIsThePlaybooksAndNoScheduleIsRead() {
        assertThat(tick(counting(false), SETTINGS)).isEqualTo(Given.golden("tick.json"));
        assertThat(reads).hasValue(0);
    }

    @Test
    void withoutTheWishTheShapeIsThePlaybooksAndNoScheduleIsRead() {
        HttpSettings settings = SETTINGS.descriptions(schedule -> Optional.of("words"));
        assertThat(tick(counting(false), settings, "/api/cron/tick")).isEqualTo(Given.golden("tick.json"));
        assertThat(reads).hasValue(0);
    }

    @Test
    void aScheduleWithoutWordsHasNoDescription() {
        assertThat(tick(SETTINGS.descriptions(schedule -> Optional.empty()))).isEqualTo(Given.golden("tick.json"));
    }

    @Test
    void whatADescriberThrowsLeavesOutItsWordsAlone() {
        Function<Schedule, Optional<String>> moody = schedule -> {
            if (schedule.isBrowserTask()) {
                throw new NoClassDefFoundError("a library that is not there");
            }
            return Optional.of("words");
        };
        String body = tick(SETTINGS.descriptions(moody));
        assertThat(body).contains("\"description\":\"words\"").startsWith("{\"success\":true");
        assertThat(tick(SETTINGS.descriptions(schedule -> {
                    throw new IllegalStateException("out of words");
                })))
                .startsWith("{\"success\":true")
                .doesNotContain("description", "out of words");
        assertThat(tick(SETTINGS.descriptions(schedule -> null))).doesNotContain("description");
    }

    @Test
    void aStoreThatFailsAfterThePulseIsAskedOnceAndTheTickIsAnswered() {
        assertThat(tick(counting(true), SETTINGS.descriptions(schedule -> Optional.of("words"))))
                .startsWith("{\"success\":true")
                .doesNotContain("description");
        assertThat(reads).hasValue(1);
    }

    @Test
    void otherSettingsKeepTheDescriber() {
        Function<Schedule, Optional<String>> describer = schedule -> Optional.empty();
        assertThat(SETTINGS.descriptions(describer)
                        .below("/ops")
                        .busyStatus(409)
                        .failedTaskStatus(500))
                .extracting(HttpSettings::descriptions)
                .isSameAs(describer);
        assertThatNullPointerException().isThrownBy(() -> SETTINGS.descriptions(null));
    }

    /** Counts the reads of single schedules, and fails them or not. */
    private HeartbeatStore counting(boolean failing) {
        return (HeartbeatStore) Proxy.newProxyInstance(
                HeartbeatStore.class.getClassLoader(), new Class<?>[] {HeartbeatStore.class}, (proxy, method, args) -> {
                    if (method.getName().equals("schedule")) {
                        reads.incrementAndGet();
                        if (failing) {
                            throw new StoreException("no answer");
                        }
                    }
                    try {
                        return method.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private String tick(HttpSettings settings) {
        return tick(store, settings);
    }

    private String tick(HeartbeatStore on, HttpSettings settings) {
        return tick(on, settings, "/api/cron/tick?describe=true");
    }

    private String tick(HeartbeatStore on, HttpSettings settings, String path) {
        try (Heartbeat heartbeat = Given.heartbeat(on, clock).build()) {
            HttpResponse answer = new HeartbeatHttp(heartbeat, settings, clock)
                    .tick(Given.request("GET", path, "Authorization", "Bearer " + Given.SECRET));
            assertThat(answer.status()).isEqualTo(200);
            return Given.body(answer);
        }
    }
}
