package dev.heartbeat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the documentation shows is what is compiled and run: each block of Java is a region of an example or of a test of
 * this module, named in the line before it.
 */
class DocsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("(?m)^(.*)\\n```(\\w*)\\n((?s:.*?))^```$");
    private static final Pattern SOURCE = Pattern.compile("<!-- source: (\\S+)#(\\S+) -->");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    private record Block(Path file, String before, String language, String text) {}

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            List<Path> pages =
                    new ArrayList<>(docs.filter(page -> page.toString().endsWith(".md"))
                            .sorted()
                            .toList());
            pages.add(ROOT.resolve("README.md"));
            pages.add(Path.of("sources/README.md"));
            return pages;
        }
    }

    private static List<Block> blocks(String language) throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path page : pages()) {
            Matcher block = BLOCK.matcher(Files.readString(page));
            while (block.find()) {
                if (block.group(2).equals(language)) {
                    blocks.add(new Block(page, block.group(1), language, block.group(3)));
                }
            }
        }
        return blocks;
    }

    static List<Block> java() throws IOException {
        return blocks("java");
    }

    @ParameterizedTest
    @MethodSource("java")
    void aBlockOfJavaIsARegionOfWhatIsRunHere(Block block) throws IOException {
        Matcher source = SOURCE.matcher(block.before());
        assertThat(source.matches())
                .as("%s: the line before a block of Java names its source, not '%s'", block.file(), block.before())
                .isTrue();
        Path file = ROOT.resolve(source.group(1));
        assertThat(file.normalize().toString()).startsWith("../heartbeat-examples/src/");

        assertThat(block.text()).isEqualTo(region(Files.readString(file), source.group(2)));
    }

    private static String region(String code, String tag) {
        String begin = "// tag::" + tag + "[]\n";
        int from = code.indexOf(begin);
        assertThat(from).as("the region %s", tag).isPositive();
        int to = code.lastIndexOf('\n', code.indexOf("// end::" + tag + "[]")) + 1;
        return code.substring(from + begin.length(), to).stripTrailing().stripIndent() + "\n";
    }

    @Test
    void aBlockOfJsonIsJson() throws IOException {
        List<Block> blocks = blocks("json");
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(3);
        for (Block block : blocks) {
            assertThat(new ObjectMapper().readTree(block.text()).isContainerNode())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aLinkLeadsSomewhere(Path page) throws IOException {
        Matcher link = LINK.matcher(Files.readString(page));
        while (link.find()) {
            assertThat(page.resolveSibling(link.group(1)))
                    .as("%s: %s", page, link.group())
                    .exists();
        }
    }
}
