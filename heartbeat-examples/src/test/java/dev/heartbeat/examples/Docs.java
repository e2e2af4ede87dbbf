package dev.heartbeat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pages of the documentation, and the fenced blocks in them. */
public final class Docs {
    static final Path ROOT = Path.of("..");
    private static final Pattern FENCE = Pattern.compile("\\s*(`{3,}|~{3,})\\s*(.*)");

    private Docs() {}

    /** A block: the line before it, what stands behind its opening fence, and its lines. */
    public record Block(Path page, int line, String before, String label, String text) {
        @Override
        public String toString() {
            return page + ":" + line;
        }
    }

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            List<Path> pages =
                    new ArrayList<>(docs.filter(page -> page.toString().endsWith(".md"))
                            .sorted()
                            .toList());
            pages.add(ROOT.resolve("README.md"));
            pages.add(ROOT.resolve("CONTRIBUTING.md"));
            pages.add(Path.of("sources/README.md"));
            return pages;
        }
    }

    static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path page : pages()) {
            blocks.addAll(blocks(page, Files.readAllLines(page)));
        }
        return blocks;
    }

    static List<Block> blocks(Path page, List<String> lines) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (fence.matches()) {
                int begin = i++;
                while (i < lines.size() && !lines.get(i).strip().equals(fence.group(1))) {
                    i++;
                }
                blocks.add(new Block(
                        page,
                        begin + 1,
                        begin == 0 ? "" : lines.get(begin - 1),
                        fence.group(2).strip(),
                        String.join("\n", lines.subList(begin + 1, Math.min(i, lines.size()))) + "\n"));
            }
        }
        return blocks;
    }

    /** Returns the one block of the page that has the label and holds the words. */
    public static Block block(String page, String label, String words) throws IOException {
        List<Block> found = blocks().stream()
                .filter(block -> block.page().endsWith(page) && block.label().equals(label))
                .filter(block -> block.text().contains(words))
                .toList();
        assertThat(found)
                .as("blocks of %s in %s with %s", label.isEmpty() ? "no label" : label, page, words)
                .hasSize(1);
        return found.get(0);
    }
}
