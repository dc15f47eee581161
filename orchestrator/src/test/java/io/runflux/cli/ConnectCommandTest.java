// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.SubscribeOptions;
import io.runflux.events.Topic;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.orchestrator.ContainerDetails;
import io.runflux.orchestrator.Deadline;
import io.runflux.orchestrator.EmbeddedOrchestrator;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.LaunchStreams;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.RestartPolicy;
import io.runflux.orchestrator.Supervision;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntimes;
import io.runflux.server.RunfluxServer;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands about the containers of a server, in this JVM. */
@Tag("once")
class ConnectCommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ContainerId ID =
            ContainerId.of("rf-connect-" + ProcessHandle.current().pid());

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private EmbeddedOrchestrator engine;
    private RunfluxServer server;

    @BeforeEach
    void serve() {
        HostRuntimeConfig config = HostRuntimeConfig.defaults().withRoot(directory.resolve("state"));
        engine = Orchestrator.builder()
                .runtime(launcher -> OciRuntimes.host(launcher, config))
                .logs(UpstreamOptions.defaults().withAllowedRoots(directory))
                .build();
        server = RunfluxServer.builder(engine)
                .unixSocket(directory.resolve("served").resolve("s"))
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @AfterEach
    void end() {
        server.disposeLater().then(engine.disposeLater()).block(LIMIT);
    }

    private int execute(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.add(1, "--connect");
        arguments.add(2, server.address());
        out.getBuffer().setLength(0);
        String[] line = arguments.toArray(String[]::new);
        return Runflux.commandLine(line)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line);
    }

    private void launch() {
        engine.launch(LaunchRequest.rootfs(ID, Path.of("/"), List.of("sleep", "60")))
                .block(LIMIT);
    }

    private List<Topic> topics() {
        return engine.events(SubscribeOptions.defaults().from(1))
                .take(engine.eventStream().lastSequence())
                .map(EventEnvelope::topic)
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @Test
    void run_container_exitsAsItsProcessDidAndRanAtTheServer() {
        assertThat(execute("run", "--rootfs", "/", "--id", ID.value(), "sh", "-c", "exit 3"))
                .isEqualTo(3);

        assertThat(topics()).containsExactly(Topic.CREATE, Topic.START, Topic.EXIT, Topic.DELETE);
    }

    @Test
    void run_timeLimit_exitsWithItsCode() {
        assertThat(execute("run", "--rootfs", "/", "--timeout", "100ms", "sleep", "60"))
                .isEqualTo(ExitCodes.TIMED_OUT);
        assertThat(err.toString()).contains("ran longer than 0.1s and was stopped");
    }

    @Test
    void exec_process_exitsAsItDid() {
        launch();

        assertThat(execute("exec", "-e", "A=b", "-w", "/tmp", ID.value(), "sh", "-c", "test $A$PWD = b/tmp && exit 5"))
                .isEqualTo(5);
        assertThat(execute("exec", ID.value(), "/no/such")).isEqualTo(ExitCodes.PROGRAM_NOT_FOUND);
    }

    @Test
    void exec_nothingSaid_isAsTheContainersOwnProcess() {
        Spec spec = SpecDefaults.defaults().generate(Path.of("/"), List.of("sleep", "60"));
        OciProcess own =
                Required.of(spec.process()).withAddedEnv(List.of("A=1", "B=2")).withCwd("/usr");
        engine.launch(LaunchRequest.spec(ID, spec.withProcess(own))).block(LIMIT);

        assertThat(execute("exec", "-e", "A=3", ID.value(), "sh", "-c", "test $A$B$PWD = 32/usr"))
                .isZero();
    }

    @Test
    void ps_container_listsWhatRunsInIt() {
        launch();

        assertThat(execute("ps", ID.value())).isZero();
        assertThat(out.toString()).startsWith("PID      COMMAND\n").contains("sleep 60\n");
        assertThat(execute("ps", ID.value(), "--format", "json")).isZero();
        assertThat(out.toString()).startsWith("[{\"pid\":").contains("sleep\",\"60\"]");
    }

    @Test
    void list_andState_tellWhatIsThere() {
        launch();

        assertThat(execute("list")).isZero();
        assertThat(out.toString()).contains(ID.value()).contains("host").contains("running");
        assertThat(execute("list", "--format", "json")).isZero();
        assertThat(out.toString()).contains("\"id\":\"" + ID + "\"");
        assertThat(execute("state", ID.value())).isZero();
        assertThat(OciJson.read(out.toString(), ContainerState.class).status()).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    void kill_thenWaitAndDelete_leavesNothing() {
        launch();

        assertThat(execute("delete", ID.value())).isEqualTo(ExitCodes.FAILURE);
        assertThat(err.toString()).contains("cannot delete container " + ID + " in state running");
        assertThat(execute("kill", ID.value(), "INT")).isZero();
        assertThat(execute("wait", ID.value())).isZero();
        assertThat(out.toString().strip()).isEqualTo("130");
        assertThat(execute("delete", ID.value())).isZero();

        assertThat(engine.list().count().block(LIMIT)).isZero();
    }

    @Test
    void stop_container_isLeftStoppedAndInspectSaysWhy() {
        launch();

        assertThat(execute("stop", "--signal", "INT", "--time", "5", ID.value()))
                .isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(execute("inspect", ID.value())).isZero();
        assertThat(out.toString())
                .contains("\"status\":\"stopped\"", "\"signal\":2", "\"endReason\":\"request\"", "\"restarts\":0");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void run_detached_isLeftToTheServerAsItWasAskedFor() {
        Path log = directory.resolve("log");

        assertThat(execute(
                        "run",
                        "-d",
                        "-i",
                        "--restart",
                        "on-failure:3",
                        "--timeout",
                        "1h",
                        "--log",
                        log.toString(),
                        "--rootfs",
                        "/",
                        "--id",
                        ID.value(),
                        "cat"))
                .isZero();
        assertThat(out.toString()).isEqualTo(ID + System.lineSeparator());

        ContainerDetails details = engine.inspect(ID).blockOptional(LIMIT).orElseThrow();
        Supervision supervision = Objects.requireNonNull(details.supervision());
        assertThat(details.info().status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(details.streams()).isEqualTo(new LaunchStreams(true, null, StdioUri.parse("file://" + log)));
        assertThat(supervision.restart()).isEqualTo(RestartPolicy.onFailure(3));
        assertThat(supervision.deadline()).isEqualTo(Deadline.after(Duration.ofHours(1)));
    }

    @Test
    void run_detachedToBeRemoved_leavesNothingAtItsEnd() {
        assertThat(execute("run", "-d", "--rm", "--rootfs", "/", "--id", ID.value(), "true"))
                .isZero();

        assertThat(engine.events(SubscribeOptions.defaults().from(1))
                        .filter(event -> event.topic() == Topic.DELETE)
                        .blockFirst(LIMIT))
                .isNotNull();
    }

    @Test
    void events_since_beginThere() {
        execute("run", "--rootfs", "/", "--id", ID.value(), "true");
        String last = "\"sequence\":4,";
        String epoch = engine.eventStream().epoch();

        assertThat(events("--since", "4")).singleElement().asString().contains(last, "/tasks/delete");
        assertThat(events("--since", "5")).isEmpty();
        assertThat(events("--since", epoch + "-3")).singleElement().asString().contains(last);
        assertThat(events("--since", epoch + "-4")).isEmpty();
        assertThat(events("--since", "1m")).hasSize(4);
        assertThat(events("--since", Instant.now().plusSeconds(60).toString())).isEmpty();
    }

    /** Of another life of the server nothing is kept, and that is told. */
    @Test
    void events_sinceAPlaceOfAnotherLife_beginWithAGap() {
        assertThat(events("--since", "gone-7")).singleElement().asString().contains("epoch_changed");

        execute("run", "--rootfs", "/", "--id", ID.value(), "true");
        assertThat(events("--since", "gone-7")).hasSize(5).first().asString().contains("/events/gap");
        assertThat(events("--since", "gone-7", "--filter", "topic=/tasks/e*"))
                .hasSize(2)
                .last()
                .asString()
                .contains("/tasks/exit");
    }

    private List<String> events(String... more) {
        List<String> words = new ArrayList<>(List.of("events"));
        words.addAll(List.of(more));
        execute(words.toArray(String[]::new));
        return out.toString().lines().toList();
    }

    @Test
    void events_notFollowed_areThoseUntilNow() {
        launch();
        engine.create(LaunchRequest.rootfs(ContainerId.of("rf-other"), Path.of("/"), List.of("true")))
                .block(LIMIT);

        assertThat(execute("events", "--topic", "/tasks/create", "--id", ID.value()))
                .isZero();

        assertThat(out.toString().lines()).singleElement().asString().contains("\"container_id\":\"" + ID + "\"");
    }

    @ParameterizedTest(name = "[{index}] runflux {0}")
    @CsvSource(delimiter = '|', textBlock = """
            pause c1                          | no such container: c1
            stats c1                          | no such container: c1
            logs c1                           | no such container: c1
            update c1 --pids 1                | no such container: c1
            ps c1                             | no such container: c1
            top c1                            | no such container: c1
            top c1 comm                       | the columns must have pid among them, were comm
            checkpoint c1 --image /tmp/i      | no such container: c1
            restore c1 --image /a --bundle /b | restore is not supported by the host runtime
            list --root /tmp                  | --root do not go with --connect
            list --runtime host               | --root do not go with --connect
            features                          | --connect does not go with this command, which is about this machine
            spec                              | --connect does not go with this command, which is about this machine
            doctor                            | Unknown options: '--connect'
            hooks                             | Unknown options: '--connect'
            events --root /tmp                | --root does not go with --connect
            run --rootfs / --events true      | do not go with --connect
            exec -d c1 true                   | --detach and --log do not go with --connect
            run --rootfs / --log /a true      | --log goes with --connect only if --detach does
            run --rootfs / -d --log /a true   | below none of the allowed roots
            run --rootfs / -d -q --log /a true | --quiet and --log-driver-allow do not go with --connect
            run --rootfs / --restart no true  | --restart goes with --detach
            run --rootfs / -d --restart a true | no, on-failure[:LIMIT], always or unless-stopped, was 'a'
            stop c1                           | no such container: c1
            stop c1 --time soon               | was 'soon'
            inspect c1                        | no such container: c1
            attach c1                         | no such container: c1
            attach --root /tmp c1             | --root does not go with --connect
            events --since 2026-01-31         | at a time such as 2026-01-31T09:00:00Z, or as long ago as 10m; was
            events --since 0                  | a number, 1 or more, after a place EPOCH-NUMBER
            events --filter event=die         | a filter is topic=TOPIC, such as topic=/tasks/exit
            events --filter topic=/a          | topic must be one of [/tasks/create, /tasks/start,
            events --filter container=a/b     | container id must be
            pause c1 --root /tmp              | (see runflux pause --help)
            list --tls-key a                  | (see runflux list --help)
            list --tls-cert a                 | --tls-cert and --tls-key go together
            list --tls-ca a                   | certificates are for https alone
            """)
    void execute_whatCannotBe_saysWhy(String line, String message) {
        assertThat(execute(line.split(" "))).isNotZero();
        assertThat(err.toString()).contains(message);
    }

    @Test
    void list_noServer_saysSo() {
        server.disposeLater().block(LIMIT);

        assertThat(execute("list")).isEqualTo(ExitCodes.FAILURE);
        assertThat(err.toString())
                .contains("runflux: " + server.address() + " cannot be reached: there is no such socket");
    }
}
