package dev.heartbeat.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CronFuzzTest {
    private static final int INPUTS = 120_000;
    private static final String ALPHABET = "0123456789*/,-@ \t\n?LW#|+.:TZPMSabcdefghijklmnopqrstuvwxyzMONJAN";
    private static final String[] SEEDS = {
        "@every PT30M",
        "@at 2026-03-01T09:00:00Z",
        "@daily",
        "@annually",
        "0 9 * * SUN-THU",
        "*/10 9-17/2 1,15 JAN-MAR 1"
    };
    private static final List<DstPolicy> POLICIES = List.of(DstPolicy.values());
    private static final ZoneId ZONE = ZoneId.of("America/New_York");
    private static final Instant FROM = Instant.parse("2026-03-08T06:30:00Z");

    private final Seed seed = new Seed();
    private final Random random = seed.random();
    private final RandomCron crons = new RandomCron(random);

    @Test
    void noTextMakesAnythingButATimingOrARefusal() {
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < INPUTS; i++) {
            String text = text(i % 5);
            try {
                Timing timing = Timing.cron(text);
                DstPolicy policy = POLICIES.get(random.nextInt(POLICIES.size()));
                timing.next(FROM, ZONE, policy)
                        .ifPresent(fire -> assertThat(fire).isAfter(FROM));
                timing.previous(FROM, ZONE, policy)
                        .ifPresent(fire -> assertThat(fire).isBefore(FROM));
                assertThat(Timing.cron(timing.text())).isEqualTo(timing);
                accepted++;
            } catch (InvalidCronException e) {
                assertThat(e.expression()).isEqualTo(text);
                assertThat(e.getMessage()).contains("Allowed: ", "Example: ").matches("[ -~]*");
                refused++;
            } catch (RuntimeException | StackOverflowError e) {
                fail("%s made %s with %s", Quoted.of(text), e, seed);
            }
        }
        assertThat(accepted + refused).isEqualTo(INPUTS);
        assertThat(accepted).as("accepted with %s", seed).isGreaterThan(INPUTS / 10);
        assertThat(refused).as("refused with %s", seed).isGreaterThan(INPUTS / 2);
    }

    private String text(int kind) {
        switch (kind) {
            case 0, 1:
                return mutated(crons.near(LocalDateTime.of(2026, 3, 8, 2, 30)), random.nextInt(3));
            case 2:
                return mutated(SEEDS[random.nextInt(SEEDS.length)], random.nextInt(3));
            case 3:
                return noise(random.nextInt(30), 128);
            default:
                return random.nextBoolean() ? noise(random.nextInt(40), 0x10000) : noise(random.nextInt(600), 128);
        }
    }

    private String mutated(String text, int times) {
        StringBuilder mutant = new StringBuilder(text);
        for (int i = 0; i < times; i++) {
            int at = random.nextInt(mutant.length());
            char c = random.nextInt(20) == 0
                    ? (char) random.nextInt(0x10000)
                    : ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            switch (random.nextInt(4)) {
                case 0:
                    mutant.insert(at, c);
                    break;
                case 1:
                    mutant.deleteCharAt(at).append(mutant.length() == 0 ? "*" : "");
                    break;
                case 2:
                    mutant.insert(at, mutant.substring(at));
                    break;
                default:
                    mutant.setCharAt(at, c);
            }
        }
        return mutant.toString();
    }

    private String noise(int length, int bound) {
        StringBuilder noise = new StringBuilder();
        for (int i = 0; i < length; i++) {
            noise.append(
                    bound == 128 && random.nextBoolean()
                            ? ALPHABET.charAt(random.nextInt(ALPHABET.length()))
                            : (char) random.nextInt(bound));
        }
        return noise.toString();
    }
}
