package dev.heartbeat.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mail server that knows not every recipient, and hangs up without a word of farewell. */
final class StubbornServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final String unknown;

    StubbornServer(String unknown) throws IOException {
        this.unknown = unknown;
        Thread thread = new Thread(this::serve, "stubborn-mail-server");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Returns the recipients of each message that it took. */
    List<String> taken() {
        return taken;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                talk(client);
            } catch (IOException e) { // closed, or the client is gone
            }
        }
    }

    private void talk(Socket client) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        PrintWriter out = new PrintWriter(client.getOutputStream(), true, StandardCharsets.UTF_8);
        StringBuilder recipients = new StringBuilder();
        out.print("220 hello\r\n");
        out.flush();
        for (String line; (line = in.readLine()) != null; ) {
            String said = line.toLowerCase(Locale.ROOT);
            if (said.startsWith("quit")) {
                return;
            }
            if (said.startsWith("rcpt") && said.contains(unknown)) {
                out.print("550 nobody of that name\r\n");
            } else if (said.startsWith("data")) {
                out.print("354 go on\r\n");
                out.flush();
                String text = in.readLine();
                while (text != null && !text.equals(".")) {
                    text = in.readLine();
                }
                taken.add(recipients.toString());
                out.print("250 taken\r\n");
            } else {
                if (said.startsWith("rcpt")) {
                    recipients.append(said.substring(said.indexOf('<')));
                }
                out.print("250 fine\r\n");
            }
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
