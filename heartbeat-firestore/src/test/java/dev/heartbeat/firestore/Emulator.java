package dev.heartbeat.firestore;

import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Firestore emulator: the one that {@value #HOST} names, or a process of its own. Where the program is, is told by
 * {@value #JAR}, else by the home folder of the Google Cloud SDK, else by the {@code gcloud} on the path. Modules that are
 * not published use it too.
 */
public final class Emulator implements AutoCloseable {
    static final String HOST = "FIRESTORE_EMULATOR_HOST";
    static final String JAR = "FIRESTORE_EMULATOR_JAR";
    public static final String MISSING = "No Firestore emulator found. Set " + HOST + " to one that runs, or " + JAR
            + " to its jar, or install the Google Cloud SDK with its component cloud-firestore-emulator"
            + " and put gcloud on the path.";

    /** For tests that stop or kill an emulator where there is only one that somebody else has started. */
    static final String NO_PROGRAM = "The emulator that " + HOST + " names must not be stopped or killed. Set " + JAR
            + " to the jar of one that may be started.";

    private static final List<String> SDK_HOMES = List.of("GOOGLE_CLOUD_SDK", "CLOUDSDK_ROOT_DIR", "CLOUDSDK_HOME");
    private static final String FOLDER = "platform/cloud-firestore-emulator";
    private static final String MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore";
    private static final String HEAP = "-Xmx256m";
    private static final int MOST_STARTS = 5;
    private static final int MOST_RESETS = 10;
    private static final Duration READY = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String host;
    private final Optional<Process> process;

    private Emulator(String host, Optional<Process> process) {
        this.host = host;
        this.process = process;
    }

    /** The one that all tests of this JVM share; each has a project of its own in it. */
    private static final class Shared {
        static final Emulator INSTANCE =
                System.getenv(HOST) == null ? start() : new Emulator(System.getenv(HOST), Optional.empty());
    }

    public static Emulator shared() {
        return Shared.INSTANCE;
    }

    public static boolean isAvailable() {
        return System.getenv(HOST) != null || jar(System.getenv()).isPresent();
    }

    /** Returns the program, wherever the environment says that it is. */
    static Optional<Path> jar(Map<String, String> environment) {
        if (environment.get(JAR) != null) {
            return Optional.of(Path.of(environment.get(JAR))).filter(Files::isRegularFile);
        }
        Stream<Path> homes = SDK_HOMES.stream()
                .map(environment::get)
                .flatMap(Stream::ofNullable)
                .map(Path::of);
        Stream<Path> byProgram = Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "gcloud"))
                .filter(Files::isExecutable)
                .map(Emulator::sdkOf);
        return Stream.concat(homes, byProgram)
                .map(home -> home.resolve(FOLDER).resolve("cloud-firestore-emulator.jar"))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** {@code gcloud} on the path is mostly a link into the folder {@code bin} of the SDK. */
    private static Path sdkOf(Path gcloud) {
        try {
            return gcloud.toRealPath().getParent().getParent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a process of its own. */
    public static Emulator start() {
        for (int tries = 0; tries < MOST_STARTS; tries++) {
            Optional<Emulator> started = startAt(freePort());
            if (started.isPresent()) {
                return started.get();
            }
        }
        throw new IllegalStateException("the Firestore emulator did not start in " + MOST_STARTS
                + " tries; its output is" + " in the folder of temporary files, firestore-emulator*.log");
    }

    /** Starts a process at this port; empty if it ends before it is ready, because somebody else has taken the port. */
    static Optional<Emulator> startAt(int port) {
        Path jar = jar(System.getenv()).orElseThrow(() -> new IllegalStateException(MISSING));
        try {
            Path log = Files.createTempFile("firestore-emulator", ".log"); // a stack trace for each lost precondition
            log.toFile().deleteOnExit();
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            HEAP,
                            "-cp",
                            jar.toString(),
                            MAIN,
                            "start",
                            "--host=127.0.0.1",
                            "--port=" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            Emulator emulator = new Emulator("127.0.0.1:" + port, Optional.of(process));
            return emulator.isReadyInTime() ? Optional.of(emulator) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("start of the Firestore emulator", e);
        }
    }

    private boolean isReadyInTime() {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < READY.toNanos()
                && process.orElseThrow().isAlive()) {
            try {
                if (send("GET", "/").statusCode() == 200) {
                    return true;
                }
            } catch (IOException e) {
                waitForEnd(Duration.ofMillis(50)); // it is not listening yet, or never will
            }
        }
        close();
        return false;
    }

    private boolean waitForEnd(Duration time) {
        try {
            return process.orElseThrow().waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the emulator started or ended", e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpResponse<String> send(String method, String path) throws IOException {
        return send(method, path, "", "");
    }

    /** Sends a request in the name of whom the token tells of; of nobody if it is empty. */
    HttpResponse<String> send(String method, String path, String token, String body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + host + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The name of a project that nobody else uses. */
    public static String newProject() {
        return "demo-" + UUID.randomUUID();
    }

    /** Opens a client; its caller closes it. */
    public Firestore client(String project) {
        return options(project).build().getService();
    }

    FirestoreOptions.Builder options(String project) {
        FirestoreOptions.Builder options = FirestoreOptions.newBuilder();
        options.setProjectId(project);
        options.setEmulatorHost(host);
        return options;
    }

    /**
     * Forgets all documents of a project, so that the heap of the emulator stays small. It answers 409 as long as a commit that
     * its client no longer waits for holds one of them.
     */
    public void clear(String project) {
        int status = HttpURLConnection.HTTP_CONFLICT;
        try {
            for (int i = 0; i < MOST_RESETS && status == HttpURLConnection.HTTP_CONFLICT; i++) {
                status = send("DELETE", "/emulator/v1/projects/" + project + "/databases/(default)/documents")
                        .statusCode();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (status != HttpURLConnection.HTTP_OK) {
            throw new IllegalStateException("the emulator answered " + status + " to a reset");
        }
    }

    public String host() {
        return host;
    }

    int port() {
        return Integer.parseInt(host.substring(host.lastIndexOf(':') + 1));
    }

    long pid() {
        return process.orElseThrow().pid();
    }

    /** Ends the process, if it is one of its own, and waits for its end. */
    @Override
    public void close() {
        process.ifPresent(each -> {
            each.destroyForcibly();
            if (!waitForEnd(Duration.ofSeconds(30))) {
                throw new IllegalStateException("the emulator, process " + each.pid() + ", does not end");
            }
        });
    }
}
