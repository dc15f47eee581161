// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptors that do not come, because the kernel refuses; that none is left is the leak guard's to say. */
class DescriptorFaultTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final FaultyLibc faulty = new FaultyLibc();
    private final HandingOver handingOver = new HandingOver();
    private final ProcessLauncher launcher = new NativeProcessLauncher(ProcessLauncher.builder(), faulty.libc());

    @AfterEach
    void dispose() {
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
        handingOver.close();
    }

    @ParameterizedTest
    @CsvSource({
        "socket, -24, too many open files",
        "bind, -13, permission denied",
        "listen, -12, out of memory",
    })
    void listen_kernelRefuses_failsAndSaysWhy(String function, int result, String words) {
        faulty.fail(function, result);

        assertThatThrownBy(() -> launcher.listenForTerminal().block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource({
        "accept, -24, too many open files",
        "receiveMessage, -12, out of memory",
        "ioctl, -25, not the master of a pseudo-terminal",
        "fcntl, -24, too many open files",
    })
    void terminal_kernelRefuses_failsAndSaysWhy(String function, int result, String words) {
        ConsoleSocket socket = listen();
        int master = Terminals.openMaster(NativeSupport.libc(), new TerminalSize(24, 80));
        faulty.fail(function, result);
        handingOver.send(socket.path(), master);

        assertThatThrownBy(() -> socket.terminal().block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void terminal_cannotBeDuplicated_isClosed(int attempt) {
        ConsoleSocket socket = listen();
        int master = Terminals.openMaster(NativeSupport.libc(), new TerminalSize(24, 80));
        AtomicInteger count = new AtomicInteger();
        faulty.fail(
                "fcntl",
                call -> call[1].equals(Linux.F_DUPFD_CLOEXEC) && count.incrementAndGet() == attempt,
                -Linux.EMFILE);
        handingOver.send(socket.path(), master);

        assertThatThrownBy(() -> socket.terminal().block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("too many open files");
    }

    @Test
    void process_infoCannotBeOpened_fails() {
        PidfdSocket socket = Objects.requireNonNull(launcher.listenForProcess().block(LIMIT));
        int pidfd = NativeSupport.libc().pidfdOpen((int) ProcessHandle.current().pid());
        faulty.fail("open", -Linux.EMFILE);
        handingOver.send(socket.path(), pidfd);

        assertThatThrownBy(() -> socket.process().block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("too many open files");
    }

    @Test
    void resize_kernelRefuses_fails() {
        ConsoleSocket socket = listen();
        handingOver.send(socket.path(), Terminals.openMaster(NativeSupport.libc(), new TerminalSize(24, 80)));
        Terminal terminal = Objects.requireNonNull(socket.terminal().block(LIMIT));
        faulty.fail("ioctl", -Linux.EIO);

        assertThatThrownBy(() -> terminal.resize(new TerminalSize(1, 1)).block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("input/output error");
    }

    @Test
    void place_pathTooLong_isRefusedAndNothingMade(@TempDir Path directory) throws Exception {
        Path parent = Files.createDirectories(directory.resolve("d".repeat(90)));

        assertThatThrownBy(() -> SocketPlace.create(parent))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("must not be longer than 107 bytes")
                .hasMessageContaining("java.io.tmpdir");
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void place_parentMissing_fails(@TempDir Path directory) {
        assertThatThrownBy(() -> SocketPlace.create(directory.resolve("missing")))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("making a directory");
    }

    @Test
    void release_directoryHoldsSomethingElse_saysSo() throws Exception {
        ConsoleSocket socket = listen();
        Path stranger = Files.createFile(socket.path().resolveSibling("stranger"));

        assertThatThrownBy(() -> socket.release().block(LIMIT))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("DirectoryNotEmpty");

        Files.delete(stranger);
        Files.delete(Objects.requireNonNull(socket.path().getParent()));
    }

    private ConsoleSocket listen() {
        return Objects.requireNonNull(launcher.listenForTerminal().block(LIMIT));
    }
}
