// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import io.runflux.events.ExecId;
import io.runflux.events.ExitStatus;
import io.runflux.events.HealthStatus;
import io.runflux.events.Signal;
import io.runflux.network.CniNetwork;
import io.runflux.network.PortMapping;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.OciProcess;
import io.runflux.oci.User;
import io.runflux.orchestrator.ContainerDetails;
import io.runflux.orchestrator.ContainerInfo;
import io.runflux.orchestrator.ContainerNetworks;
import io.runflux.orchestrator.ContainerNotes;
import io.runflux.orchestrator.ContainerSnapshot;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.Deadline;
import io.runflux.orchestrator.EndReason;
import io.runflux.orchestrator.ExecProcess;
import io.runflux.orchestrator.ExecReport;
import io.runflux.orchestrator.ExecRequest;
import io.runflux.orchestrator.HealthCheck;
import io.runflux.orchestrator.HealthReport;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.LaunchStreams;
import io.runflux.orchestrator.ProbeResult;
import io.runflux.orchestrator.ProbeSpec;
import io.runflux.orchestrator.RestartPolicy;
import io.runflux.orchestrator.RunReport;
import io.runflux.orchestrator.RunRequest;
import io.runflux.orchestrator.StopOptions;
import io.runflux.process.Stdio;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.ContainerStdio;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.CriuOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.ProcessState;
import io.runflux.runtime.ProcessTable;
import io.runflux.runtime.RestoreOptions;
import io.runflux.stdio.LogRecord;
import io.runflux.stdio.LogStream;
import io.runflux.stdio.StdioUri;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WireJsonTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final CniNetwork NETWORK = CniNetwork.parse("{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"plugins\":"
            + "[{\"type\":\"bridge\",\"capabilities\":{\"portMappings\":true}}]}");

    static Stream<Object> values() {
        LaunchRequest full = LaunchRequest.rootfs(ID, Path.of("/rootfs"), List.of("sh", "-c", "true"))
                .withStreams(new LaunchStreams(
                        true,
                        new TerminalSize(24, 80),
                        StdioUri.driver(Path.of("/opt/a b%?")).with("a=", "1&2 =+ü")))
                .withGracePeriod(Duration.ofMillis(1500))
                .withDrainTimeout(Duration.ZERO)
                .withParentDeathSignal(Signal.KILL)
                .withNetworks(ContainerNetworks.of(NETWORK).withPorts(List.of(new PortMapping(80, 8080, "udp", "::1"))))
                .withRestart(RestartPolicy.onFailure(3))
                .withHealthCheck(HealthCheck.defaults().withRetries(2), ProbeSpec.http(URI.create("http://10.88.0.2/")))
                .withDeadline(Deadline.after(Duration.ofDays(1)))
                .withRemovedAtEnd(true);
        ContainerNotes notes = new ContainerNotes(2, null, HealthStatus.UNHEALTHY, true, EndReason.MEMORY);
        ContainerInfo stopped = new ContainerInfo(
                ID, ContainerStatus.STOPPED, "runc", "/b", null, NOON, NOON, NOON, ExitStatus.exited(3), notes);
        return Stream.of(
                full,
                LaunchRequest.bundle(ID, Path.of("/bundle")),
                new RestoreBody(full, RestoreOptions.from(Path.of("/image")).withLazyPages(true)),
                RunBody.of(RunRequest.bundle(ID, Path.of("/b")).withTimeout(Duration.ofSeconds(90))),
                RunBody.of(RunRequest.bundle(ID, Path.of("/b")).withImage(RestoreOptions.from(Path.of("/image")))),
                ExecBody.of(ExecRequest.of(ID, List.of("ls")).withTimeout(Duration.ofMinutes(1))),
                ExecBody.of(ExecRequest.of(
                        ID, new ExecProcess.Command(List.of("ls"), List.of("A=b"), "/tmp", User.of(1, 2)))),
                ExecBody.of(ExecRequest.of(ID, OciProcess.of(List.of("ls")))),
                new ProcessesBody(List.of(new ProcessState(7, List.of("sh", "-c"), true, false))),
                new ProcessTable(List.of("PID", "CMD"), List.of(List.of("7", "sh -c"))),
                StopOptions.defaults().withSignal(Signal.of(40)).withGracePeriod(Duration.ZERO),
                new KillBody(Signal.INT, false, 7, null),
                LinuxResources.none().withMemoryLimit(1 << 20).withUnknown("rdma", Map.of("x", 1)),
                CheckpointOptions.to(Path.of("/image"))
                        .withCriu(CriuOptions.defaults().withManageCgroups(CriuOptions.CgroupMode.SOFT)),
                stopped,
                new ContainerDetails(
                        stopped,
                        ContainerState.of("c1", ContainerStatus.STOPPED, 0, "/b"),
                        LaunchStreams.none(),
                        2,
                        full.supervision(),
                        new HealthReport(HealthStatus.UNHEALTHY, 2, new ProbeResult(false, "503"))),
                SnapshotBody.of(new ContainerSnapshot("e-1", 0, List.of(stopped))),
                new RunEnding(
                        new RunReport(ID, ExitStatus.unknown(), true, Duration.ofMillis(1), EndReason.PROGRAM), null),
                new ExecEnding(
                        new ExecReport(
                                ID,
                                new ExecId("x"),
                                new ExitStatus.Signaled(Signal.TERM, true),
                                false,
                                Duration.ofDays(2)),
                        null),
                new AttachEnding(null, null),
                new LogRecord(LogStream.STDERR, NOON, ByteBuffer.wrap("grün\n".getBytes(StandardCharsets.UTF_8))),
                new LogRecord(null, null, ByteBuffer.wrap(new byte[] {(byte) 0xC3, 'a'})));
    }

    @ParameterizedTest
    @MethodSource("values")
    void read_ofWhatWasWritten_isTheSame(Object value) {
        String json = new String(WireJson.write(value), StandardCharsets.UTF_8);

        assertThat(WireJson.read(json, value.getClass())).as(json).isEqualTo(value);
    }

    @Test
    void write_values_areAsPeopleWriteThem() {
        String json = new String(
                WireJson.write(LaunchRequest.bundle(ID, Path.of("/bundle")).withParentDeathSignal(Signal.TERM)),
                StandardCharsets.UTF_8);

        assertThat(json)
                .startsWith("{\"id\":\"c1\",\"source\":{\"bundle\":\"/bundle\"},\"streams\":{\"takesInput\":false}")
                .contains("\"gracePeriod\":\"10s\"", "\"parentDeathSignal\":\"TERM\"")
                .doesNotContain("networks");
        assertThat(new String(
                        WireJson.write(new RunReport(
                                ID, ExitStatus.exited(0), true, Duration.ofSeconds(90), EndReason.REQUEST)),
                        StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"c1\",\"status\":{\"kind\":\"exited\",\"code\":0},\"drained\":true,"
                        + "\"duration\":\"1m30s\",\"reason\":\"request\"}");
    }

    @Test
    void read_whatIsLeftOut_hasTheDefaultOfTheRequest() {
        assertThat(WireJson.read("{\"id\":\"c1\",\"source\":{\"bundle\":\"/b\"}}", LaunchRequest.class))
                .isEqualTo(LaunchRequest.bundle(ID, Path.of("/b")));
        String supervised =
                "{\"id\":\"c1\",\"source\":{\"bundle\":\"/b\"},\"supervision\":{\"restart\":{\"kind\":\"always\"},"
                        + "\"healthCheck\":{\"retries\":2},\"probe\":{\"exec\":[\"true\"]}}}";
        assertThat(WireJson.read(supervised, LaunchRequest.class))
                .isEqualTo(LaunchRequest.bundle(ID, Path.of("/b"))
                        .withRestart(RestartPolicy.always())
                        .withHealthCheck(HealthCheck.defaults().withRetries(2), ProbeSpec.exec(List.of("true"))));
        assertThat(WireJson.read("{\"command\":[\"ls\"]}", ExecBody.class)
                        .toRequest(ID, ContainerStreams.none())
                        .process())
                .isEqualTo(ExecProcess.Command.of(List.of("ls")));
        assertThat(WireJson.read("{}", StopOptions.class)).isEqualTo(StopOptions.defaults());
        assertThat(WireJson.read("{\"gracePeriod\":\"3s\"}", StopOptions.class))
                .isEqualTo(StopOptions.defaults().withGracePeriod(Duration.ofSeconds(3)));
        assertThat(WireJson.read("{}", KillBody.class).toOptions()).isEqualTo(KillOptions.init());
        assertThat(WireJson.read("{\"imagePath\":\"/i\",\"criu\":{\"shellJob\":true}}", CheckpointOptions.class))
                .isEqualTo(CheckpointOptions.to(Path.of("/i"))
                        .withCriu(CriuOptions.defaults().withShellJob(true)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"id":"c1","source":{"bundle":"/b"},"gracePeriode":"1s"}            | field 'gracePeriode' is not known
            {"id":"c1","source":{"bundle":"/b"},"streams":{"tty":true}}         | field 'streams.tty' is not known
            {"id":"c1","source":{"bundle":"/b"},"gracePeriod":"ten"}            | field 'gracePeriod': a duration must be such as 500ms, 10s or 1m30s
            {"id":"c1","source":{"bundle":"/b"},"gracePeriod":10}               | field 'gracePeriod': must be a text
            {"id":"c1","source":{"bundle":"/b"},"drainTimeout":null}            | a field that is required is missing
            {"id":"c1","source":{"bundle":"/b"},"parentDeathSignal":"FOO"}      | field 'parentDeathSignal': signal must be a number from 1 to 64 or a name such as TERM, was 'FOO'
            {"source":{"bundle":"/b"}}                                          | id is required
            {"id":"c1"}                                                         | source is required
            {"id":"../c1","source":{"bundle":"/b"}}                             | field 'id': container id
            {"id":"c1","source":{"bundle":"b"}}                                 | field 'source': bundle must be an absolute path, was 'b'
            {"id":"c1","source":{"path":"b"}}                                   | field 'source': must have the fields of one of the forms
            {"id":"c1","source":{"bundle":"/b"},"streams":{"log":"http://x"}}   | field 'streams.log': URI must be
            {"id":"c1","source":{"bundle":"/b"},"streams":{"takesInput":"yes"}} | field 'streams.takesInput': must be of type boolean
            {"id":"c1","source":{"bundle":"/b"},"streams":{"terminal":{"rows":0,"columns":1}}} | field 'streams.terminal': terminal rows
            {"id":"c1","id":"c2"}                                               | it is not JSON
            {"id":                                                              | it is not JSON
            []                                                                  | must be an object
            null                                                                | must be
            """)
    void read_whatCannotBe_saysWhichFieldAndWhy(String json, String message) {
        assertThatThrownBy(() -> WireJson.read(json, LaunchRequest.class))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                         | it must have a command or a process, and not both
            {"command":["ls"],"process":{"args":["ls"],"cwd":"/"}}     | it must have a command or a process, and not both
            {"process":{"args":["ls"],"cwd":"/"},"env":["A=b"]}        | env, cwd and user go with a command; a process has its own
            {"command":"ls"}                                           | field 'command': must be of type
            """)
    void read_executionThatCannotBe_saysWhy(String json, String message) {
        assertThatThrownBy(() -> WireJson.read(json, ExecBody.class))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith(message);
    }

    @Test
    void read_moreThanOneValue_isRefused() {
        assertThatThrownBy(() -> WireJson.read("{} {}", StopOptions.class)).hasMessage("more follows the value");
    }

    @Test
    void read_tooMuch_isRefused() {
        String long2 = "{\"id\":\"" + "c".repeat(WireJson.MAX_BYTES) + "\"}";
        String deep = "{\"id\":" + "[".repeat(WireJson.MAX_DEPTH + 1);

        assertThatThrownBy(() -> WireJson.read(long2, LaunchRequest.class)).hasMessageContaining("1048576");
        assertThatThrownBy(() -> WireJson.read(deep, LaunchRequest.class)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void streams_connectedToAFile_areNotCarried() {
        RunRequest request = RunRequest.bundle(ID, Path.of("/b"))
                .withStreams(ContainerStreams.of(
                        new ContainerStdio(Stdio.nullDevice(), Stdio.writeTo(Path.of("/out")), Stdio.nullDevice())));

        assertThatThrownBy(() -> RunBody.of(request))
                .isInstanceOf(NotSupportedException.class)
                .hasMessageStartingWith("standard output to a file or a descriptor is not supported");
    }

    @Test
    void restore_whatIsSaidOfTheCreation_isNotCarried() {
        RestoreOptions created = RestoreOptions.from(Path.of("/i"))
                .withCreate(CreateOptions.defaults().withNoPivot(true));
        LaunchRequest launch = LaunchRequest.bundle(ID, Path.of("/b"));

        assertThat(new RestoreBody(launch, created).options()).isEqualTo(RestoreOptions.from(Path.of("/i")));
    }
}
