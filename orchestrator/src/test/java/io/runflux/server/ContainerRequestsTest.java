// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static io.runflux.server.Served.LIMIT;
import static io.runflux.server.Served.shell;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpMethod;
import io.runflux.events.EventCursor;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.orchestrator.ContainerDetails;
import io.runflux.orchestrator.ContainerInfo;
import io.runflux.orchestrator.LaunchStreams;
import io.runflux.orchestrator.SweepReport;
import io.runflux.runtime.ContainerOperation;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.stdio.LogRecord;
import io.runflux.stdio.StdioUri;
import io.runflux.wire.ExecOutput;
import io.runflux.wire.Problem;
import io.runflux.wire.SnapshotBody;
import io.runflux.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real requests about real processes. */
class ContainerRequestsTest {
    private static final String ALL = "/v1/containers";

    @TempDir
    private static Path directory;

    private static Served served;

    @BeforeAll
    static void serve() {
        served = new Served(directory);
    }

    @AfterAll
    static void end() {
        served.close();
    }

    private static String json(Object value) {
        return new String(WireJson.write(value), StandardCharsets.UTF_8);
    }

    @Test
    void start_socket_isForThisUserAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(served.socket())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(served.socket().getParent())))
                .isEqualTo("rwx------");
        assertThat(served.server().address()).isEqualTo("unix://" + served.socket());
    }

    @Test
    void life_fromCreationToRemoval_isAnswered() {
        Served.Answer created = served.post(ALL, json(shell("life", "exec sleep 60")));

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo(ALL + "/life");
        assertThat(created.read(ContainerInfo.class).status()).isEqualTo(ContainerStatus.CREATED);
        assertThat(served.post(ALL + "/life/start", "")
                        .read(ContainerInfo.class)
                        .status())
                .isEqualTo(ContainerStatus.RUNNING);
        assertThat(served.get(ALL + "/life").read(ContainerDetails.class).info().status())
                .isEqualTo(ContainerStatus.RUNNING);
        served.post(ALL + "/life/update", "{}").problem(501, "not-supported");
        assertThat(served.post(ALL + "/life/stop", "").read(ExitStatus.class))
                .isEqualTo(ExitStatus.signaled(Signal.TERM));
        assertThat(served.delete(ALL + "/life").status()).isEqualTo(204);
        served.get(ALL + "/life").problem(404, "no-such-container");
    }

    @Test
    void create_started_runsAndIsListedWithAPlaceInTheEvents() {
        served.post(ALL + "?start=true", json(shell("listed", "exec sleep 60")));

        Served.Answer list = served.get(ALL);

        SnapshotBody body = list.read(SnapshotBody.class);
        assertThat(body.containers())
                .filteredOn(info -> info.id().value().equals("listed"))
                .extracting(ContainerInfo::status)
                .containsExactly(ContainerStatus.RUNNING);
        assertThat(EventCursor.parse(list.header("Runflux-Cursor"))).isEqualTo(body.cursor());
        assertThat(served.delete(ALL + "/listed?force=true").status()).isEqualTo(204);
    }

    @Test
    void kill_signal_isSentAndWaitTellsTheEnd() {
        served.launch("killed", "exec sleep 60");
        CompletableFuture<Served.Answer> waiting =
                CompletableFuture.supplyAsync(() -> served.get(ALL + "/killed/wait"));

        assertThat(served.post(ALL + "/killed/kill", "{\"signal\":\"KILL\"}").status())
                .isEqualTo(204);

        assertThat(waiting.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join().read(ExitStatus.class))
                .isEqualTo(ExitStatus.signaled(Signal.KILL));
        served.remove("killed");
    }

    @Test
    void exec_output_isReturnedUpToItsBound() {
        served.launch("exec", "exec sleep 60");
        String small = "{\"process\":{\"args\":[\"/bin/sh\",\"-c\",\"echo out; echo err >&2; exit 3\"],\"cwd\":\"/\"}}";
        String large = "{\"process\":{\"args\":[\"/usr/bin/head\",\"-c\",\"1048577\",\"/dev/zero\"],\"cwd\":\"/\"}}";

        ExecOutput output = served.post(ALL + "/exec/exec", small).read(ExecOutput.class);
        Served.Answer cut = served.post(ALL + "/exec/exec", large);

        assertThat(output.exitStatus()).isEqualTo(ExitStatus.exited(3));
        assertThat(Base64.getDecoder().decode(output.stdout())).asString().isEqualTo("out\n");
        assertThat(Base64.getDecoder().decode(output.stderr())).asString().isEqualTo("err\n");
        assertThat(output.truncated()).isFalse();
        assertThat(cut.body()).hasSizeGreaterThan(1 << 20).endsWith("\"truncated\":true}");
        served.remove("exec");
    }

    @Test
    void stats_ofWhatHasNone_areAProblemBothTimes() {
        served.launch("stats", "exec sleep 60");

        served.get(ALL + "/stats/stats").problem(501, "not-supported");
        served.get(ALL + "/stats/stats?interval=100ms").problem(501, "not-supported");
        served.get(ALL + "/stats/stats?interval=1ms").problem(400, "invalid-request");
        served.remove("stats");
    }

    @Test
    void logs_followed_areLinesUntilTheEnd() {
        Path log = served.file("logged.log");
        served.launch(shell("logged", "echo one; echo two")
                .withStreams(LaunchStreams.none().withLog(StdioUri.file(log))));

        Served.Answer answer = served.get(ALL + "/logged/logs?follow=true");
        Served.Answer last = served.get(ALL + "/logged/logs?lines=1");

        assertThat(answer.body().lines().map(line -> WireJson.read(line, LogRecord.class)
                        .text()))
                .containsExactly("one\n", "two\n");
        assertThat(last.body().lines()).hasSize(1);
        served.remove("logged");
        served.get(ALL + "/logged/logs").problem(404, "no-such-container");
    }

    @Test
    void logs_ofOneWithoutALog_saySo() {
        served.launch("mute", "exec sleep 60");

        served.get(ALL + "/mute/logs").problem(404, "no-log");

        served.remove("mute");
    }

    @Test
    void pause_whatIsNotRunning_tellsBothStates() {
        served.post(ALL, json(shell("still", "exec sleep 60")));

        Problem problem = served.post(ALL + "/still/pause", "").problem(409, "illegal-container-state");

        IllegalContainerStateException error = (IllegalContainerStateException) problem.toException();
        assertThat(error.actual()).isEqualTo(ContainerStatus.CREATED);
        assertThat(error.operation()).isEqualTo(ContainerOperation.PAUSE);
        assertThat(problem.instance()).isEqualTo(ALL + "/still/pause");
        served.remove("still");
    }

    @Test
    void create_twice_isAConflict() {
        served.post(ALL, json(shell("twice", "exec sleep 60")));

        served.post(ALL, json(shell("twice", "exec sleep 60"))).problem(409, "container-already-exists");

        served.remove("twice");
    }

    @Test
    void restore_underAnotherNameThanThePaths_isRefused() {
        String body = "{\"launch\":" + json(shell("other", "true")) + ",\"options\":{\"imagePath\":\"/image\"}}";

        served.post(ALL + "/one/restore", body).problem(400, "invalid-request");
        served.post(ALL + "/other/restore", body).problem(501, "not-supported");
    }

    @Test
    void sweep_withNothingLeft_findsNothing() {
        assertThat(served.post("/v1/sweep", "").read(SweepReport.class).released())
                .isEmpty();
    }

    @Test
    void request_thatCannotBe_isAProblem() {
        served.get("/v1/nothing").problem(404, "no-such-path");
        served.get("/").problem(404, "no-such-path");
        served.get(ALL + "/a%2Fb").problem(400, "invalid-request");
        served.get(ALL + "?x=1").problem(400, "invalid-request");
        served.get(ALL + "/nobody").problem(404, "no-such-container");
        assertThat(served.delete(ALL).problem(405, "method-not-allowed").detail())
                .isEqualTo("the path has GET, POST");
        assertThat(served.delete(ALL).header("Allow")).isEqualTo("GET, POST");
        served.post(ALL, "{\"idd\":\"x\"}").problem(400, "invalid-request");
        served.ask(HttpMethod.POST, ALL, Map.of("Content-Type", "text/plain"), "{}")
                .problem(415, "unsupported-media-type");
        served.ask(HttpMethod.GET, ALL, Map.of("Accept", "text/html"), "").problem(406, "not-acceptable");
        served.ask(HttpMethod.GET, "/v1/events", Map.of("Accept", "application/json"), "")
                .problem(406, "not-acceptable");
        served.get("/v1/events?topic=/nothing").problem(400, "invalid-request");
        assertThat(served.get(ALL + "/x/attach").header("Upgrade")).isEqualTo("websocket");
        served.get(ALL + "/x/attach").problem(426, "upgrade-required");
    }

    @Test
    void request_withTooMuch_isRefused() {
        String large = "{\"id\":\"" + "x".repeat(1 << 20) + "\"}";

        served.post(ALL, large).problem(413, "too-large");
        served.ask(
                        HttpMethod.POST,
                        ALL,
                        Map.of("Content-Type", "application/json", "Content-Length", String.valueOf(large.length())),
                        large)
                .problem(413, "too-large");
    }

    @Test
    void health_isToldToAnybody() {
        assertThat(served.get("/healthz").status()).isEqualTo(200);
        assertThat(served.get("/readyz").body()).isEqualTo("{\"status\":\"ok\"}");
        served.get("/metrics").problem(404, "no-such-path");
    }
}
