// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static io.runflux.server.Served.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As a person at a shell would. */
@Tag("once")
class CurlTest {
    private static final Path CURL = Path.of("/usr/bin/curl");

    @TempDir
    private Path directory;

    private Served served;

    @BeforeEach
    void serve() {
        assumeTrue(Files.isExecutable(CURL), "program curl is missing");
        served = new Served(directory);
    }

    @AfterEach
    void end() {
        served.close();
    }

    private Process curl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                CURL.toString(), "-sSN", "--unix-socket", served.socket().toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private String ask(String... arguments) throws Exception {
        Process process = curl(arguments);
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(answer).isZero();
        return answer;
    }

    /** Reads until that many events have come, and is killed then. */
    private List<String> follow(int count, String... arguments) throws IOException {
        Process process = curl(arguments);
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            while (lines.stream().filter(line -> line.startsWith("data: ")).count() < count) {
                lines.add(reader.readLine());
            }
        } finally {
            process.destroyForcibly();
        }
        return lines;
    }

    private static Stream<String> values(List<String> lines, String field) {
        return lines.stream().filter(line -> line.startsWith(field)).map(line -> line.substring(field.length()));
    }

    @Test
    void life_ofAContainer_byCurl() throws Exception {
        String spec = "{\"id\":\"curled\",\"source\":{\"spec\":{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"/\"},"
                + "\"process\":{\"args\":[\"/bin/sleep\",\"60\"],\"cwd\":\"/\"}}}}";

        assertThat(ask("-H", "Content-Type: application/json", "-d", spec, "http://localhost/v1/containers?start=true"))
                .contains("\"status\":\"running\"");
        assertThat(ask(
                        "-H",
                        "Content-Type: application/json",
                        "-d",
                        "{\"command\":[\"sh\",\"-c\",\"printf %s $A\"],\"env\":[\"A=b\"]}",
                        "http://localhost/v1/containers/curled/exec"))
                .contains("\"stdout\":\"Yg==\"");
        assertThat(ask("-X", "POST", "http://localhost/v1/containers/curled/stop"))
                .contains("\"kind\":\"signaled\"");
        assertThat(ask("-X", "DELETE", "-w", "%{http_code}", "http://localhost/v1/containers/curled"))
                .isEqualTo("204");
        assertThat(ask("http://elsewhere/v1/containers")).contains("urn:runflux:problem:misdirected");
    }

    @Test
    void events_acrossAKilledConnectionAndAServerThatBeginsAgain_haveNoGap() throws Exception {
        String cursor = ask("-D", "-", "-o", "/dev/null", "http://localhost/v1/containers")
                .lines()
                .filter(line -> line.startsWith("Runflux-Cursor: "))
                .findFirst()
                .orElseThrow()
                .substring(16);
        live("one");
        List<String> first = follow(2, "http://localhost/v1/events?after=" + cursor);
        String last = values(first, "id: ").reduce((a, b) -> b).orElseThrow();
        served.server().disposeLater().block(LIMIT);
        live("two");
        served.serve(builder -> builder);

        List<String> rest = follow(6, "-H", "Last-Event-ID: " + last, "http://localhost/v1/events");

        assertThat(Stream.concat(values(first, "event: "), values(rest, "event: ")))
                .containsExactly(
                        "/tasks/create",
                        "/tasks/start",
                        "/tasks/exit",
                        "/tasks/delete",
                        "/tasks/create",
                        "/tasks/start",
                        "/tasks/exit",
                        "/tasks/delete");
    }

    private void live(String id) {
        served.launch(id, "exec sleep 60");
        served.remove(id);
    }
}
