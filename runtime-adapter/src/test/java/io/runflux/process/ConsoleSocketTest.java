// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.QUIET;
import static io.runflux.process.LauncherFixture.awaitUntil;
import static io.runflux.process.LauncherFixture.exitOf;
import static io.runflux.process.LauncherFixture.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

/** Terminals that come over a console socket; that nothing is left behind is also the leak guard's to say. */
class ConsoleSocketTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Libc libc = NativeSupport.libc();
    private final HandingOver handingOver = new HandingOver();
    private final ProcessLauncher launcher =
            ProcessLauncher.builder().kind(ProcessLauncherBuilder.Kind.NATIVE).build();

    @AfterEach
    void dispose() {
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
        handingOver.close();
    }

    @Test
    void path_isInADirectoryOfThisUserOnly() throws IOException {
        Path path = listen().path();

        assertThat(path).isAbsolute();
        assertThat(path.toString().length()).isLessThanOrEqualTo(107);
        assertThat(Files.getPosixFilePermissions(Objects.requireNonNull(path.getParent())))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void terminal_handedOver_carriesBytesBothWaysUntilItsLastUserEnds() {
        Console console = open();
        RunningProcess user = use(console, "stty -echo; echo ready; read line; echo \"got $line\"");
        Flux<String> output = console.terminal.output().asString();
        StringBuilder seen = new StringBuilder();
        Mono<Void> dialogue = output.doOnNext(seen::append).then();
        awaitReady(user);

        Mono.when(
                        dialogue,
                        console.terminal
                                .send(text("hello\n").concatWith(Mono.never()))
                                .onErrorComplete(StdinClosedException.class))
                .block(LIMIT);

        assertThat(seen.toString()).contains("got hello\r\n");
        console.terminal.drained().block(LIMIT);
        assertThat(exitOf(user)).isEqualTo(ExitStatus.exited(0));
    }

    @Test
    void resize_isSeenByWhoUsesTheTerminal() {
        Console console = open();
        console.terminal.resize(new TerminalSize(41, 101)).block(LIMIT);
        use(console, "stty size");

        assertThat(all(console.terminal)).isEqualTo("41 101\r\n");
    }

    @Test
    void output_notAskedFor_holdsTheWriterBackAndLosesNothing() {
        Console console = open();
        RunningProcess user = use(console, "stty -opost; head -c 300000 /dev/zero");

        StepVerifier.create(user.exit())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .thenCancel()
                .verify(LIMIT);

        Mono<Integer> length = console.terminal.output().reduce(0, (sum, buffer) -> sum + buffer.readableBytes());
        assertThat(length.block(LIMIT)).isEqualTo(300_000);
    }

    @Test
    void send_endedAndOutputCancelled_hangsNothingUp_butReleaseDoes() {
        Console console = open();
        RunningProcess user = use(console, "cat; echo still here; exec sleep 1000");

        Mono<String> answer = console.terminal
                .output()
                .asString()
                .filter(text -> text.contains("still"))
                .next();
        Mono.when(answer, console.terminal.send(Mono.empty())).block(LIMIT);

        StepVerifier.create(user.exit())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .thenCancel()
                .verify(LIMIT);
        assertThatThrownBy(() -> console.terminal.send(Mono.empty()).block(LIMIT))
                .isInstanceOf(IllegalStateException.class);
        console.terminal.release().block(LIMIT);
        console.terminal.release().block(LIMIT);
        console.terminal.resize(new TerminalSize(1, 1)).block(LIMIT);
        assertThat(exitOf(user)).isEqualTo(ExitStatus.signaled(Signal.HUP));
    }

    @Test
    void send_moreThanTheTerminalTakesAtOnce_arrivesWhole() {
        Console console = open();
        RunningProcess user = use(console, "stty -echo; echo ready; wc -c");
        ByteBuf lines = Unpooled.directBuffer();
        for (int i = 0; i < 4_000; i++) {
            lines.writeCharSequence("0123456789abcde\n", StandardCharsets.UTF_8);
        }
        awaitReady(user);

        Mono<String> seen = console.terminal.output().asString().reduce("", String::concat);
        Mono<String> counted =
                Mono.zip(seen, console.terminal.send(Mono.just(lines)).thenReturn(true), (text, sent) -> text);

        assertThat(Objects.requireNonNull(counted.block(LIMIT)).strip()).endsWith("64000");
        assertThat(lines.refCnt()).isZero();
    }

    @Test
    void terminal_secondSubscriber_isRefused() {
        Console console = open();
        assertThatThrownBy(() -> console.socket.terminal().block(LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one subscriber");
    }

    @Test
    void terminal_secondConnection_isRefused() {
        Console console = open();
        assertThatThrownBy(() -> handingOver.connect(console.socket.path())).isInstanceOf(IOException.class);
        awaitUntil("the socket is gone", () -> !Files.exists(directoryOf(console.socket)));
    }

    @Test
    void terminal_otherDataFirst_failsForGood() {
        ConsoleSocket socket = listen();
        Mono<Terminal> terminal = subscribed(socket);
        handingOver.sendText(socket.path(), "not a descriptor");

        assertThatThrownBy(() -> terminal.block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("something else came");
        assertThatThrownBy(() -> handingOver.connect(socket.path())).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> socket.terminal().block(LIMIT)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void terminal_connectionEndsWithoutDescriptor_fails() {
        ConsoleSocket socket = listen();
        handingOver.connect(socket.path()).close().syncUninterruptibly();

        assertThatThrownBy(() -> socket.terminal().block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("ended before a descriptor came");
    }

    @Test
    void terminal_twoDescriptorsInOneMessage_failsAndClosesBoth() {
        ConsoleSocket socket = listen();
        int master = master();
        handingOver.sendTwice(socket.path(), master);
        libc.close(master);

        assertThatThrownBy(() -> socket.terminal().block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("something else came");
    }

    @Test
    void terminal_descriptorOfAFile_isRefused() {
        ConsoleSocket socket = listen();
        handingOver.send(socket.path(), libc.open(Linux.cString("/dev/null"), Linux.O_RDWR | Linux.O_CLOEXEC, 0));

        assertThatThrownBy(() -> socket.terminal().block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("not the master of a pseudo-terminal");
    }

    @Test
    void terminal_slave_isRefused() {
        ConsoleSocket socket = listen();
        int master = master();
        byte[] slave = Linux.cString(Terminals.slaveOf(libc, master));
        handingOver.send(socket.path(), libc.open(slave, Linux.O_RDWR | Linux.O_CLOEXEC | Linux.O_NOCTTY, 0));
        libc.close(master);

        assertThatThrownBy(() -> socket.terminal().block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("not the master of a pseudo-terminal");
    }

    @Test
    void terminal_descriptors_areNotInherited() {
        open();
        assertThat(flagsOfMasters()).isNotEmpty().allSatisfy(flags -> assertThat(flags & Linux.O_CLOEXEC)
                .isNotZero());
    }

    @Test
    void release_nothingCame_removesTheSocketAndFailsTheTerminal() {
        ConsoleSocket socket = listen();
        Mono<Terminal> terminal = subscribed(socket);

        socket.release().block(LIMIT);

        assertThat(directoryOf(socket)).doesNotExist();
        assertThatThrownBy(() -> terminal.block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("released");
        socket.release().block(LIMIT);
    }

    @Test
    void release_terminalTaken_leavesItAlone() {
        Console console = open();
        console.socket.release().block(LIMIT);
        use(console, "echo fine");

        assertThat(all(console.terminal)).isEqualTo("fine\r\n");
    }

    @Test
    void release_terminalCameAndWasNotTaken_hangsItUp() {
        ConsoleSocket socket = listen();
        int master = master();
        RunningProcess user = use(Terminals.slaveOf(libc, master), "echo ready; exec sleep 1000");
        awaitReady(user);
        handingOver.send(socket.path(), master);
        awaitUntil("the terminal came", () -> !Files.exists(directoryOf(socket)));
        StepVerifier.create(user.exit())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .thenCancel()
                .verify(LIMIT);

        socket.release().block(LIMIT);

        assertThat(exitOf(user)).isEqualTo(ExitStatus.signaled(Signal.HUP));
        assertThatThrownBy(() -> socket.terminal().block(LIMIT)).hasMessageContaining("released");
    }

    @Test
    void terminal_cancelledBeforeItCame_hangsItUp() {
        ConsoleSocket socket = listen();
        int master = master();
        RunningProcess user = use(Terminals.slaveOf(libc, master), "echo ready; exec sleep 1000");
        awaitReady(user);
        socket.terminal().subscribe().dispose();

        handingOver.send(socket.path(), master);

        assertThat(exitOf(user)).isEqualTo(ExitStatus.signaled(Signal.HUP));
    }

    @Test
    void disposeLater_releasesSocketsAndTerminals() {
        ConsoleSocket waiting = listen();
        Mono<Terminal> never = subscribed(waiting);
        Console console = open();
        Mono<Void> drained = console.terminal.drained();

        launcher.disposeLater(Duration.ZERO).block(LIMIT);

        assertThat(directoryOf(waiting)).doesNotExist();
        assertThatThrownBy(() -> never.block(LIMIT)).isInstanceOf(ProcessException.class);
        drained.block(LIMIT);
        assertThatThrownBy(() -> launcher.listenForTerminal().block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("disposed");
    }

    @Test
    void listen_cancelledOrDisposedMeanwhile_leavesNoDirectory(@TempDir Path directory) throws IOException {
        String before = System.setProperty("java.io.tmpdir", directory.toString());
        try {
            for (int i = 0; i < 100; i++) {
                Disposable listening = launcher.listenForTerminal().subscribe();
                awaitNanos(i * 5_000L);
                listening.dispose();
            }
            Flux<ConsoleSocket> many = Flux.range(0, 50)
                    .flatMap(i -> launcher.listenForTerminal().onErrorComplete(ProcessException.class), 50);
            Mono.when(many, launcher.disposeLater(Duration.ZERO)).block(LIMIT);
        } finally {
            System.setProperty("java.io.tmpdir", before);
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void loopEnds_socketAndTerminalAreClosed() {
        LoopResources loops = LoopResources.create("doomed", 1, true);
        ProcessLauncher doomed = ProcessLauncher.builder()
                .kind(ProcessLauncherBuilder.Kind.NATIVE)
                .loopResources(loops)
                .build();
        ConsoleSocket waiting =
                Objects.requireNonNull(doomed.listenForTerminal().block(LIMIT));
        Mono<Terminal> never = subscribed(waiting);
        ConsoleSocket socket = Objects.requireNonNull(doomed.listenForTerminal().block(LIMIT));
        handingOver.send(socket.path(), master());
        Terminal terminal = Objects.requireNonNull(socket.terminal().block(LIMIT));

        loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block(LIMIT);

        assertThatThrownBy(() -> never.block(LIMIT)).isInstanceOf(ProcessException.class);
        terminal.drained().block(LIMIT);
        terminal.release().block(LIMIT);
        waiting.release().block(LIMIT);
        assertThat(directoryOf(waiting)).doesNotExist();
        assertThatThrownBy(() -> socket.terminal().block(LIMIT)).isInstanceOf(ProcessException.class);
        doomed.disposeLater(Duration.ZERO).block(LIMIT);
    }

    private ConsoleSocket listen() {
        return Objects.requireNonNull(launcher.listenForTerminal().block(LIMIT));
    }

    private int master() {
        return Terminals.openMaster(libc, new TerminalSize(24, 80));
    }

    private Console open() {
        ConsoleSocket socket = listen();
        int master = master();
        String slave = Terminals.slaveOf(libc, master);
        handingOver.send(socket.path(), master);
        Terminal terminal = Objects.requireNonNull(socket.terminal().block(LIMIT));
        return new Console(socket, terminal, slave);
    }

    private RunningProcess use(Console console, String script) {
        return use(console.slave, script);
    }

    /** The first line tells that the script has begun; what it writes beyond goes to the terminal. */
    private RunningProcess use(String slave, String script) {
        String redirected =
                "exec <" + slave + " 3>&1 >" + slave + " 2>&1; " + script.replace("echo ready", "echo ready >&3");
        return LauncherFixture.await(launcher.launch(sh(redirected)
                .group(ProcessGroup.NEW_SESSION)
                .stdout(Stdio.pipe())
                .build()));
    }

    private static void awaitReady(RunningProcess user) {
        assertThat(user.stdout().asString().blockFirst(LIMIT)).isEqualTo("ready\n");
    }

    private static Flux<ByteBuf> text(String text) {
        return Flux.just(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private static String all(Terminal terminal) {
        return Objects.requireNonNull(
                terminal.output().asString().reduce("", String::concat).block(LIMIT));
    }

    /** Subscribed to now, and remembered. */
    private static Mono<Terminal> subscribed(ConsoleSocket socket) {
        Mono<Terminal> terminal = socket.terminal().cache();
        terminal.onErrorComplete().subscribe();
        return terminal;
    }

    private static Path directoryOf(ConsoleSocket socket) {
        return Objects.requireNonNull(socket.path().getParent());
    }

    private static void awaitNanos(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    private static List<Integer> flagsOfMasters() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(ConsoleSocketTest::isMaster)
                    .map(ConsoleSocketTest::flagsOf)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isMaster(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("ptmx");
        } catch (IOException gone) {
            return false;
        }
    }

    private static int flagsOf(Path descriptor) {
        try {
            List<String> info = Files.readAllLines(
                    Path.of("/proc/self/fdinfo", descriptor.getFileName().toString()));
            return Integer.parseInt(info.get(1).substring("flags:".length()).strip(), 8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private record Console(ConsoleSocket socket, Terminal terminal, String slave) {}
}
