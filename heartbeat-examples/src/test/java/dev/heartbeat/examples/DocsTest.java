package dev.heartbeat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heartbeat.examples.Docs.Block;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * What the documentation shows is what is compiled and run: each block of Java is a region of an example or of a test of
 * this module, named in the line before it. A block of no language says which test runs it, or why none does.
 */
class DocsTest {
    private static final Pattern SOURCE = Pattern.compile("<!-- source: (\\S+)#(\\S+) -->");
    private static final Pattern RUN_BY = Pattern.compile("<!-- run by: (\\w+) -->");
    private static final Pattern NOT_RUN = Pattern.compile("<!-- not run: \\S.* -->");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:\\s]*)(?:#([^)]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("#{1,6} +(.+)");

    /** The languages that the tests below look at, and the only page that may show another one. */
    private static final Set<String> LANGUAGES = Set.of("java", "json", "xml", "");

    private static final Map<String, String> SHOWN =
            Map.of("html", "docs/indicator.md", "jsx", "docs/indicator.md", "text", "docs/dashboard-api.md");

    static List<Path> pages() throws IOException {
        return Docs.pages();
    }

    static List<Block> all() throws IOException {
        return Docs.blocks();
    }

    private static List<Block> blocks(String language) throws IOException {
        return all().stream().filter(block -> block.label().equals(language)).toList();
    }

    static List<Block> java() throws IOException {
        return blocks("java");
    }

    static List<Block> unlabelled() throws IOException {
        return blocks("");
    }

    @ParameterizedTest
    @MethodSource("all")
    void aBlockIsOfALanguageThatATestLooksAt(Block block) {
        String page = SHOWN.get(block.label());
        assertThat(LANGUAGES.contains(block.label())
                        || page != null && block.page().endsWith(page))
                .as("%s: the label '%s' is not allowed here; %s", block, block.label(), LANGUAGES)
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("unlabelled")
    void aBlockOfNoLanguageSaysWhichTestRunsItOrWhyNoneDoes(Block block) throws IOException {
        Matcher runBy = RUN_BY.matcher(block.before());
        if (runBy.matches()) {
            try (Stream<Path> tests = Files.walk(Path.of("src/test/java"))) {
                assertThat(tests)
                        .as("%s: the test that runs it", block)
                        .anyMatch(file -> file.endsWith(runBy.group(1) + ".java"));
            }
        } else {
            assertThat(block.before()).as("%s: the line before it", block).matches(NOT_RUN);
        }
    }

    @ParameterizedTest
    @CsvSource({"```json5, json5", "~~~, ''", "'   ```c++', c++", "````java, java"})
    void noFenceEscapes(String fence, String label) {
        List<String> lines = List.of("before", fence, "inside", fence.strip().replaceAll("[^`~]", ""), "after");

        assertThat(Docs.blocks(Path.of("page.md"), lines))
                .containsExactly(new Block(Path.of("page.md"), 2, "before", label, "inside\n"));
    }

    @ParameterizedTest
    @MethodSource("java")
    void aBlockOfJavaIsARegionOfWhatIsRunHere(Block block) throws IOException {
        Matcher source = SOURCE.matcher(block.before());
        assertThat(source.matches())
                .as("%s: the line before a block of Java names its source, not '%s'", block, block.before())
                .isTrue();
        Path file = Docs.ROOT.resolve(source.group(1));
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

    @Test
    void theCoordinatesAreThoseOfThePoms() throws Exception {
        String version = child(pom("pom.xml").getDocumentElement(), "version");
        Set<String> published = new HashSet<>();
        for (Element dependency : dependencies(pom("heartbeat-bom/pom.xml"))) {
            published.add(child(dependency, "artifactId"));
        }
        List<Block> blocks = blocks("xml");

        assertThat(blocks).extracting(block -> block.page().getFileName()).contains(Path.of("README.md"));
        for (Block block : blocks) {
            for (Element dependency : dependencies(xml("<all>" + block.text() + "</all>"))) {
                String artifact = child(dependency, "artifactId");
                assertThat(child(dependency, "groupId")).as("%s", block).isEqualTo("dev.heartbeat");
                if (artifact.equals("heartbeat-bom")) {
                    assertThat(child(dependency, "version")).as("%s", block).isEqualTo(version);
                    assertThat(child(dependency, "type")).isEqualTo("pom");
                    assertThat(child(dependency, "scope")).isEqualTo("import");
                } else {
                    assertThat(published).as("%s: what the BOM holds", block).contains(artifact);
                    assertThat(child(dependency, "version"))
                            .as("%s: the BOM says it", block)
                            .isEmpty();
                }
            }
        }
    }

    private static Document pom(String path) throws Exception {
        return xml(Files.readString(Docs.ROOT.resolve(path)));
    }

    private static Document xml(String text) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(text.strip())));
    }

    private static List<Element> dependencies(Document document) {
        NodeList nodes = document.getElementsByTagName("dependency");
        return Stream.iterate(0, i -> i < nodes.getLength(), i -> i + 1)
                .map(i -> (Element) nodes.item(i))
                .toList();
    }

    private static String child(Element element, String name) {
        NodeList nodes = element.getChildNodes();
        for (int i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i).getNodeName().equals(name)) {
                return nodes.item(i).getTextContent();
            }
        }
        return "";
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aLinkLeadsSomewhere(Path page) throws IOException {
        Matcher link = LINK.matcher(Files.readString(page));
        while (link.find()) {
            Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
            assertThat(target).as("%s: %s", page, link.group()).exists();
            if (link.group(2) != null && target.toString().endsWith(".md")) {
                assertThat(anchors(target)).as("%s: %s", page, link.group()).contains(link.group(2));
            }
        }
    }

    /** The anchors that GitHub gives to headings. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        Files.readString(page)
                .lines()
                .map(HEADING::matcher)
                .filter(Matcher::matches)
                .forEach(heading -> {
                    String text = heading.group(1).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
                    String anchor = text.strip()
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-');
                    int times = 0;
                    while (!anchors.add(times == 0 ? anchor : anchor + "-" + times)) {
                        times++;
                    }
                });
        return anchors;
    }
}
