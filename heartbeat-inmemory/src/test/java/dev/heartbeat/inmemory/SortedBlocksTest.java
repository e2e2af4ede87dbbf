package dev.heartbeat.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SortedBlocksTest {
    private final SortedBlocks<Counted> blocks = new SortedBlocks<>();
    private int comparisons;

    @Test
    void isEmptyAtFirst() {
        assertThat(blocks.size()).isZero();
        assertThat(blocks.all()).isExhausted();
        assertThat(blocks.after(new Counted(1))).isExhausted();
        assertThat(blocks.remove(new Counted(1))).isFalse();
    }

    @Test
    void keepsTheLastOfEqualElements() {
        Counted last = new Counted(1);
        assertThat(blocks.put(new Counted(1))).isTrue();
        assertThat(blocks.put(last)).isFalse();
        assertThat(numbers(blocks.all())).hasSize(1);
        assertThat(blocks.all().next()).isSameAs(last);
    }

    @Test
    void removesByAConditionUpToTheBlockOfALimit() {
        int most = SortedBlocks.BLOCK * 6;
        for (int number = 0; number < most; number++) {
            blocks.put(new Counted(number));
        }
        int half = most / 2;
        int removed = blocks.removeIf(element -> element.number % 16 > 0, new Counted(half));
        assertThat(removed).isGreaterThanOrEqualTo(half / 16 * 15).isLessThan(most / 16 * 15);
        assertThat(blocks.size()).isEqualTo(most - removed);
        assertThat(numbers(blocks.all()).stream().filter(number -> number <= half))
                .allMatch(number -> number % 16 == 0)
                .hasSize(half / 16 + 1);
        assertThat(blocks.removeIf(element -> true, null)).isEqualTo(most - removed);
        assertThat(blocks.size()).isZero();
        assertThat(blocks.all()).isExhausted();
    }

    @Test
    void behavesLikeATreeSetUnderRandomChanges() {
        Random random = new Random(7);
        TreeSet<Integer> expected = new TreeSet<>();
        for (int round = 0; round < 60_000; round++) {
            int number = random.nextInt(5_000);
            boolean growing = (round / 10_000) % 2 == 0;
            if (random.nextInt(10) < (growing ? 8 : 2)) {
                assertThat(blocks.put(new Counted(number))).isEqualTo(expected.add(number));
            } else {
                assertThat(blocks.remove(new Counted(number))).isEqualTo(expected.remove(number));
            }
        }
        assertThat(blocks.size()).isEqualTo(expected.size());
        assertThat(numbers(blocks.all())).containsExactlyElementsOf(expected);
        for (int from = -1; from <= 5_000; from += 97) {
            assertThat(numbers(blocks.after(new Counted(from))))
                    .containsExactlyElementsOf(expected.tailSet(from, false));
        }
    }

    @Test
    void growsAtBothEndsAndShrinksToNothing() {
        int most = SortedBlocks.BLOCK * 5 + 3;
        for (int number = 0; number < most; number++) {
            blocks.put(new Counted(number));
            blocks.put(new Counted(-number - 1));
        }
        assertThat(numbers(blocks.all())).hasSize(2 * most).isSorted();
        for (int number = -most; number < most; number++) {
            assertThat(blocks.remove(new Counted(number))).isTrue();
        }
        assertThat(blocks.size()).isZero();
        assertThat(blocks.all()).isExhausted();
        assertThat(blocks.put(new Counted(1))).isTrue();
    }

    @Test
    void searchesWithAsManyComparisonsAsABinarySearch() {
        for (int number = 0; number < 100_000; number++) {
            blocks.put(new Counted(number));
        }
        comparisons = 0;
        assertThat(blocks.after(new Counted(54_321)).next().number).isEqualTo(54_322);
        assertThat(comparisons).isLessThanOrEqualTo(20); // log2(100,000) is 16.6
    }

    private static List<Integer> numbers(Iterator<Counted> elements) {
        List<Integer> numbers = new ArrayList<>();
        elements.forEachRemaining(element -> numbers.add(element.number));
        return numbers;
    }

    private final class Counted implements Comparable<Counted> {
        private final int number;

        Counted(int number) {
            this.number = number;
        }

        @Override
        public int compareTo(Counted other) {
            comparisons++;
            return Integer.compare(number, other.number);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Counted that && number == that.number;
        }

        @Override
        public int hashCode() {
            return number;
        }
    }
}
