import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * Fails the build of a module that ran fewer tests than its floor, or that has tests which nobody runs because of the
 * name of their class. Run by the root pom.xml in `verify`: {@code java TestFloor.java MODULE_DIR FLOOR [name=value]...}
 */
class TestFloor {
    /** Whoever says one of these wants fewer tests than all: the floor does not hold then. */
    private static final Set<String> FEWER_TESTS =
            Set.of("skipTests", "maven.test.skip", "test", "groups", "excludedGroups");

    private static final Pattern COMMENT = Pattern.compile("//[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern HAS_TESTS =
            Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate)\\b|\\bextends\\s+HeartbeatStoreKit\\b");

    public static void main(String[] args) throws Exception {
        Path module = Path.of(args[0]);
        int floor = Integer.parseInt(args[1]);
        for (String setting : List.of(args).subList(2, args.length)) {
            if (asksForFewerTests(setting)) {
                System.out.printf("%s: tests floor not checked, because of %s%n", module.getFileName(), setting);
                return;
            }
        }

        List<Path> unseen = testsThatNobodyRuns(module.resolve("src/test/java"));
        int ran = testsRun(module.resolve("target/surefire-reports"));
        for (Path file : unseen) {
            System.err.println(module.relativize(file)
                    + " has tests, but only classes named *Test are run. Rename it (or make it abstract).");
        }
        if (ran < floor) {
            System.err.printf(
                    "%s ran %d tests, its floor is %d. Find out which tests went missing; the floor is"
                            + " heartbeat.tests.floor in its pom.xml.%n",
                    module.getFileName(), ran, floor);
        }
        if (!unseen.isEmpty() || ran < floor) {
            System.exit(1);
        }
        System.out.printf("%s: %d tests, floor %d%n", module.getFileName(), ran, floor);
    }

    /** A setting that was not given arrives as {@code test=${test}}, a flag without a value as {@code true}. */
    private static boolean asksForFewerTests(String setting) {
        String name = setting.substring(0, setting.indexOf('='));
        String value = setting.substring(name.length() + 1).trim().toLowerCase(Locale.ROOT);
        return FEWER_TESTS.contains(name) && !value.startsWith("${") && !value.isEmpty() && !value.equals("false");
    }

    private static int testsRun(Path reports) throws Exception {
        int ran = 0;
        for (Path report : files(reports, "TEST-.*\\.xml")) {
            Element suite = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getDocumentElement();
            ran += Integer.parseInt(suite.getAttribute("tests")) - Integer.parseInt(suite.getAttribute("skipped"));
        }
        return ran;
    }

    private static List<Path> testsThatNobodyRuns(Path sources) throws IOException {
        List<Path> unseen = new ArrayList<>();
        for (Path file : files(sources, ".*(?<!Test)\\.java")) {
            String name = file.getFileName().toString().replace(".java", "");
            String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
            boolean isBase = Pattern.compile("\\b(abstract\\s+class|interface)\\s+" + name + "\\b")
                    .matcher(code)
                    .find();
            if (!isBase && HAS_TESTS.matcher(code).find()) {
                unseen.add(file);
            }
        }
        return unseen;
    }

    private static List<Path> files(Path directory, String name) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.getFileName().toString().matches(name))
                    .sorted()
                    .toList();
        }
    }
}
