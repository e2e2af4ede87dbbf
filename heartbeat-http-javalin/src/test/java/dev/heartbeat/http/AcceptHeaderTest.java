package dev.heartbeat.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptHeaderTest {
    private static boolean prefersHealth(String... values) {
        return new AcceptHeader(List.of(values)).prefers("application/health+json", "application/json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/health+json                              | true",
                "Application/Health+JSON; charset=utf-8               | true",
                "application/health+json;q=0.001                      | true",
                "application/health+json, application/json            | true",
                "application/health+json, */*;q=0.8                   | true",
                "text/html, application/health+json;q=0.5             | true",
                "application/health+json; q=high                      | true",
                "application/health+json;q=0                          | false",
                "application/health+json;q=0.000, */*                 | false",
                "application/health+json ; Q=0                        | false",
                "application/health+json;q=0.5, application/json      | false",
                "application/health+json;q=0.5, application/*;q=0.6   | false",
                "application/health+json;q=0.5, */*;q=0.6             | false",
                "application/health+json2                             | false",
                "application/json                                     | false",
                "*/*                                                  | false",
                "application/*                                        | false",
                "''                                                   | false"
            })
    void theDraftIsAnsweredToThoseWhoNameItAndLikeItNoLess(String accept, boolean expected) {
        assertThat(prefersHealth(accept)).isEqualTo(expected);
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(prefersHealth("text/html", "application/health+json")).isTrue();
        assertThat(prefersHealth("application/json", "application/health+json;q=0.9"))
                .isFalse();
        assertThat(prefersHealth()).isFalse();
    }
}
