// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ProcessStartException.Reason;
import io.runflux.testing.RequiresRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What only the native launcher can do for a child. */
class NativeSpecTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ProcessLauncher LAUNCHER =
            ProcessLauncher.builder().kind(ProcessLauncherBuilder.Kind.NATIVE).build();

    @TempDir
    Path directory;

    @AfterAll
    static void dispose() {
        LAUNCHER.disposeLater(Duration.ZERO).block(LIMIT);
    }

    @Test
    void argv0_differentFromProgram_isWhatTheChildSees() {
        assertThat(output(sh("echo $0").argv0("-login"))).isEqualTo("-login\n");
    }

    @Test
    void descriptors_notAskedFor_areClosedInTheChild() {
        assertThat(openDescriptors(sh("ls /proc/self/fd"))).containsExactly("0", "1", "2", "3");
    }

    /** One thread keeps memory from launch to launch, and what is longer has its own. */
    @Test
    void arguments_aroundWhatAThreadKeeps_arriveUnchanged() {
        ProcessLauncher launcher = ProcessLauncher.builder()
                .kind(ProcessLauncherBuilder.Kind.NATIVE)
                .spawnerThreads(1)
                .build();

        Flux.range(16_150, 60)
                .concatMap(length -> Flux.just("x".repeat(length), ""))
                .concatMap(text ->
                        printed(launcher, text).doOnNext(out -> assertThat(out).isEqualTo(text + "|end|")))
                .blockLast(LIMIT);

        launcher.disposeLater(Duration.ZERO).block(LIMIT);
    }

    private static Mono<String> printed(ProcessLauncher launcher, String text) {
        ProcessSpec spec = ProcessSpec.program(Path.of("/usr/bin/printf"))
                .arguments("%s|", text, "end")
                .stdout(Stdio.pipe())
                .build();
        return launcher.capture(spec, CaptureLimits.defaults()).map(CapturedOutput::stdout);
    }

    @Test
    void nullDevice_ofManyChildren_isOpenOnceAndClosedInTheEnd() throws IOException {
        long before = openNullDevices();
        ProcessLauncher launcher = ProcessLauncher.builder()
                .kind(ProcessLauncherBuilder.Kind.NATIVE)
                .build();
        Mono<ExitStatus> launch =
                launcher.using(sh("exit 0").build(), RunningProcess::exit).single();

        Flux.range(0, 8).flatMap(i -> launch).then().block(LIMIT);

        assertThat(openNullDevices()).isEqualTo(before + 1);
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
        assertThat(openNullDevices()).isEqualTo(before);
    }

    private static long openNullDevices() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(NativeSpecTest::isNullDevice).count();
        }
    }

    private static boolean isNullDevice(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).equals(Path.of("/dev/null"));
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    void descriptors_askedFor_arriveAtTheirNumbers() throws IOException {
        Path first = Files.writeString(directory.resolve("first"), "one ");
        Path second = Files.writeString(directory.resolve("second"), "two");

        String read = output(sh("cat <&3; cat <&9; ls /proc/self/fd | tr '\\n' ' '")
                .descriptor(3, Stdio.readFrom(first))
                .descriptor(9, Stdio.readFrom(second)));

        assertThat(read).isEqualTo("one two0 1 2 3 4 9 ");
    }

    @Test
    void furtherPipes_carryWhatIsSentAndWritten() {
        RunningProcess process = launch(sh("cat <&3 >&5")
                .descriptor(3, Stdio.inputPipe())
                .descriptor(4, Stdio.inputPipe())
                .descriptor(5, Stdio.outputPipe()));
        Mono<Void> sent = process.send(3, Mono.just(Unpooled.copiedBuffer("through", StandardCharsets.UTF_8)));

        assertThat(sent.then(LauncherFixture.text(process.output(5))).block(LIMIT))
                .isEqualTo("through");
        StepVerifier.create(process.send(6, Mono.empty()))
                .expectErrorMessage("descriptor 6 of " + process + " is no input pipe")
                .verify(LIMIT);
        StepVerifier.create(process.output(3)).verifyComplete();
        process.release().block(LIMIT);
    }

    @Test
    void furtherPipe_thatTheChildCloses_saysWhich() {
        RunningProcess process = launch(
                sh("exec 3<&-; read x <&4").descriptor(3, Stdio.inputPipe()).descriptor(4, Stdio.inputPipe()));

        StepVerifier.create(process.send(3, Flux.never()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(StdinClosedException.class)
                        .hasMessage(process + " closed its descriptor 3 after 0 bytes were written"))
                .verify(LIMIT);
        process.release().block(LIMIT);
    }

    @Test
    void descriptor_notOpenHere_isAStartError() {
        assertThatThrownBy(() -> output(sh("true").descriptor(3, Stdio.descriptor(9999))))
                .isInstanceOfSatisfying(
                        ProcessStartException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STDIO_FILE))
                .hasMessageContaining("descriptor 9999");
    }

    @Test
    void fifoWithoutReader_isAStartErrorAndDoesNotWait() throws Exception {
        Path fifo = directory.resolve("fifo");
        output(sh("mkfifo " + fifo).inheritEnvironment());

        assertThatThrownBy(() -> LAUNCHER.launch(
                                sh("true").stdout(Stdio.writeTo(fifo)).build())
                        .block(LIMIT))
                .isInstanceOf(ProcessStartException.class)
                .hasMessageContaining(fifo.toString());
    }

    @Test
    void signals_ofThisJvm_areNeitherBlockedNorIgnoredInTheChild() {
        String status = output(sh("grep -E 'SigBlk|SigIgn' /proc/self/status"));

        long glibcOwn = 1L << 31 | 1L << 32;
        assertThat(mask(status, "SigBlk")).isZero();
        assertThat(mask(status, "SigIgn") & ~glibcOwn).isZero();
    }

    @ParameterizedTest
    @EnumSource(ProcessGroup.class)
    void group_asAskedFor(ProcessGroup group) {
        String[] pidGroupSession = output(
                        sh("set -- $(cat /proc/$$/stat); echo $1 $5 $6").group(group))
                .strip()
                .split(" ");

        boolean leadsGroup = pidGroupSession[0].equals(pidGroupSession[1]);
        boolean leadsSession = pidGroupSession[0].equals(pidGroupSession[2]);
        assertThat(leadsGroup).isEqualTo(group != ProcessGroup.INHERIT);
        assertThat(leadsSession).isEqualTo(group == ProcessGroup.NEW_SESSION);
    }

    @Test
    void kill_leaderOfAGroup_endsTheWholeGroup() {
        RunningProcess process = launch(sh("sleep 60 & echo started; wait").group(ProcessGroup.NEW_GROUP));
        process.stdout().asString().blockFirst(LIMIT);

        assertThat(process.kill().block(LIMIT)).isEqualTo(ExitStatus.signaled(Signal.KILL));
        process.drained().block(LIMIT);
        process.release().block(LIMIT);
    }

    @Test
    void signalGroup_leaderHasExited_reachesTheRestOfTheGroup() {
        RunningProcess process = launch(sh("sleep 60 & exit 3").group(ProcessGroup.NEW_GROUP));
        assertThat(process.exit().block(LIMIT)).isEqualTo(ExitStatus.exited(3));

        process.signalGroup(Signal.TERM).block(LIMIT);

        process.stdout().then().block(LIMIT);
        process.drained().block(LIMIT);
        process.release().block(LIMIT);
    }

    @Test
    void signalGroup_ofAProcessThatLeadsNone_isRefused() {
        RunningProcess process = launch(sh("sleep 60"));
        assertThatThrownBy(() -> process.signalGroup(Signal.TERM).block(LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("leads no group");
        process.release().block(LIMIT);
    }

    @Test
    void throwawayThread_settings_areTheChildsAndNotOurs() throws IOException {
        String ours = Files.readString(Path.of("/proc/self/status"));

        String child = output(sh("umask; nice; grep -E 'NoNewPrivs|Cpus_allowed_list' /proc/self/status")
                .inheritEnvironment()
                .umask(027)
                .nice(7)
                .processors(Set.of(0))
                .noNewPrivileges());

        assertThat(child.split("\\s+")).containsExactly("0027", "7", "NoNewPrivs:", "1", "Cpus_allowed_list:", "0");
        assertThat(Files.readString(Path.of("/proc/self/status")).lines().filter(line -> line.startsWith("Umask")))
                .containsExactlyElementsOf(
                        ours.lines().filter(line -> line.startsWith("Umask")).toList());
    }

    @Test
    @RequiresRoot
    void rootDirectory_isWhereTheProgramIsFoundAndRuns() throws IOException {
        Path busybox = Path.of("/bin/busybox");
        Files.createDirectory(directory.resolve("bin"));
        Files.copy(busybox, directory.resolve("bin/sh"), StandardCopyOption.COPY_ATTRIBUTES);

        ProcessSpec.Builder spec = ProcessSpec.lookup("sh", "/sbin:/bin").arguments("-c", "pwd; echo /*");
        String seen = output(
                spec.rootDirectory(directory).workingDirectory(Path.of("/bin")).stdout(Stdio.pipe()));

        assertThat(seen).isEqualTo("/bin\n/bin\n");
    }

    @Test
    @RequiresRoot
    void credentialsCapabilitiesAndLimits_areWhatTheChildHas() {
        String seen = output(sh("id -u; id -g; id -G; ulimit -n; grep -E 'CapEff|NoNewPrivs' /proc/self/status")
                .inheritEnvironment()
                .credentials(new Credentials(1234, 2345, List.of(3456L)))
                .capabilities(Set.of("net_bind_service"))
                .limit(ResourceLimit.NOFILE, new ResourceLimit.Values(111, 222))
                .noNewPrivileges());

        assertThat(seen.split("\\s+"))
                .containsExactly(
                        "1234", "2345", "2345", "3456", "111", "CapEff:", "0000000000000400", "NoNewPrivs:", "1");
    }

    /** The thread that spawned it must not end before its time to stop is over. */
    @Test
    void parentDeathSignal_whenTheLauncherIsDisposedOf_comesAfterTheGrace() {
        ProcessLauncher launcher = ProcessLauncher.create();
        ProcessSpec polite = sh("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done")
                .environment("PATH", "/usr/bin:/bin")
                .parentDeathSignal(Signal.KILL)
                .build();
        RunningProcess process = Objects.requireNonNull(launcher.launch(polite).block(LIMIT));
        process.stdout().next().then().block(LIMIT);

        launcher.disposeLater(LIMIT).block(LIMIT);

        assertThat(process.exit().block(LIMIT)).isEqualTo(ExitStatus.exited(7));
    }

    @Test
    void wrappedProgram_missing_isAStartErrorAndNoExitCode() {
        ProcessSpec spec = ProcessSpec.program(Path.of("/no/such/program"))
                .parentDeathSignal(Signal.KILL)
                .build();

        assertThatThrownBy(() -> LAUNCHER.launch(spec).block(LIMIT))
                .isInstanceOfSatisfying(
                        ProcessStartException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PROGRAM_NOT_FOUND));
    }

    @Test
    void pipeBytes_largerThanDefault_holdsThatMuchBeforeAnybodyReads() {
        RunningProcess process = launch(ProcessSpec.program(Path.of("/usr/bin/head"))
                .arguments("-c", "300000", "/dev/zero")
                .stdout(Stdio.pipe())
                .pipeBytes(1 << 19));

        assertThat(process.exit().block(LIMIT)).isEqualTo(ExitStatus.exited(0));
        assertThat(process.stdout()
                        .map(buffer -> buffer.readableBytes())
                        .reduce(0, Integer::sum)
                        .block(LIMIT))
                .isEqualTo(300_000);
    }

    private static ProcessSpec.Builder sh(String script) {
        return ProcessSpec.program(Path.of("/bin/sh")).arguments("-c", script).stdout(Stdio.pipe());
    }

    private static RunningProcess launch(ProcessSpec.Builder spec) {
        return Objects.requireNonNull(LAUNCHER.launch(spec.build()).block(LIMIT));
    }

    private static String output(ProcessSpec.Builder spec) {
        ProcessSpec captured = spec.stderr(Stdio.toStdout()).build();
        return Objects.requireNonNull(
                        LAUNCHER.capture(captured, CaptureLimits.defaults()).block(LIMIT))
                .stdout();
    }

    private static List<String> openDescriptors(ProcessSpec.Builder spec) {
        return output(spec).lines().toList();
    }

    private static long mask(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .map(line ->
                        Long.parseUnsignedLong(line.substring(name.length() + 1).strip(), 16))
                .findFirst()
                .orElseThrow();
    }
}
