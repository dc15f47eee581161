// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.await;
import static io.runflux.process.LauncherFixture.sh;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.process.ProcessLauncherBuilder.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All that a launcher promises, in a JVM with many open descriptors, where it spawns from tables of its own. */
@Tag("once")
class PrivateTableTest implements ProcessLauncherContract {
    private static final List<FileChannel> MANY = new ArrayList<>();

    private final ProcessLauncher launcher = launcher(UnaryOperator.identity());

    @BeforeAll
    static void openMany() throws IOException {
        while (MANY.size() < PrivateTables.MANY) {
            MANY.add(FileChannel.open(Path.of("/dev/null")));
        }
    }

    @AfterAll
    static void closeMany() throws IOException {
        for (FileChannel channel : MANY) {
            channel.close();
        }
        MANY.clear();
    }

    @Override
    public ProcessLauncher launcher() {
        return launcher;
    }

    @Override
    public ProcessLauncher launcher(UnaryOperator<ProcessLauncherBuilder> settings) {
        return primed(
                settings.apply(ProcessLauncher.builder().kind(Kind.NATIVE)).build());
    }

    @Test
    void launch_afterTheFirst_isSpawnedFromATableOfItsOwn() {
        assertThat(capture(sh("ls /proc/self/fd")).stdout()).isEqualTo("0\n1\n2\n3\n");

        assertThat(tables()).isPositive();
    }

    /** The number 3 is that of a pidfd in the table; what is beyond does not come over. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 9})
    void launch_withAFurtherDescriptor_getsIt(int number, @TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("given"), "given");

        assertThat(capture(sh("cat <&" + number).descriptor(number, Stdio.readFrom(file)))
                        .stdout())
                .isEqualTo("given");
    }

    @Test
    void launch_thatInherits_getsTheStreamOfTheJvm() throws IOException {
        String ofJvm = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();

        assertThat(capture(sh("readlink /proc/self/fd/2").stderr(Stdio.inherit()))
                        .stdout())
                .isEqualTo(ofJvm + "\n");
    }

    @Test
    void disposeLater_endsTheTables() {
        await(launcher.launch(sh("exit 0").build()));
        end(launcher);

        LauncherFixture.awaitUntil("tables end", () -> tables() == 0);
    }

    @ParameterizedTest
    @CsvSource({"closeRange, -38", "pidfdGetfd, -1", "pidfdGetfd, -24"})
    void launch_noTableCanBeHad_isSpawnedAsUsual(String function, int result) {
        FaultyLibc faulty = new FaultyLibc();
        faulty.fail(function, result);
        ProcessLauncher usual = primed(launcher(faulty));

        assertThat(echo(usual)).isEqualTo("here\n");
        assertThat(tables()).isZero();
        end(usual);
    }

    @Test
    void launch_afterALackOfDescriptors_hasATableAgain() {
        FaultyLibc faulty = new FaultyLibc();
        faulty.fail("pidfdGetfd", -Linux.EMFILE);
        ProcessLauncher poor = primed(launcher(faulty));
        echo(poor);
        faulty.heal("pidfdGetfd");

        assertThat(echo(poor)).isEqualTo("here\n");
        assertThat(tables()).isEqualTo(1);
        end(poor);
    }

    /** As where a filter of system calls is installed later. */
    @Test
    void launch_descriptorsComeOverNoMore_isSpawnedAsUsual() {
        FaultyLibc faulty = new FaultyLibc();
        ProcessLauncher filtered = primed(launcher(faulty));
        echo(filtered);
        faulty.fail("pidfdGetfd", -Linux.EPERM);

        assertThat(echo(filtered)).isEqualTo("here\n");
        assertThat(echo(filtered)).isEqualTo("here\n");
        end(filtered);
    }

    /** That nothing parks the loop is the leak guard's to say. */
    @Test
    void launch_onAnEventLoop_waitsForNoTableThere() {
        ProcessLauncher onLoop = launcher(settings -> settings.spawnOnEventLoop(true));

        assertThat(echo(onLoop)).isEqualTo("here\n");
        end(onLoop);
    }

    private static ProcessLauncher launcher(FaultyLibc faulty) {
        return new NativeProcessLauncher(ProcessLauncher.builder(), faulty.libc());
    }

    private static String echo(ProcessLauncher launcher) {
        ProcessSpec spec = sh("echo here").stdout(Stdio.pipe()).build();
        return await(launcher.capture(spec, CaptureLimits.defaults())).stdout();
    }

    private static void end(ProcessLauncher launcher) {
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
    }

    /** The first launch goes as usual, and tells how many descriptors are open. */
    private static ProcessLauncher primed(ProcessLauncher launcher) {
        await(launcher.capture(sh("").stdout(Stdio.pipe()).build(), CaptureLimits.defaults()));
        return launcher;
    }

    private static long tables() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(PrivateTable.class::isInstance)
                .count();
    }
}
