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
import io.runflux.orchestrator.EmbeddedOrchestrator;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntimes;
import io.runflux.server.RunfluxServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands about the containers of a server, in this JVM. */
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
        return Runflux.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
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
