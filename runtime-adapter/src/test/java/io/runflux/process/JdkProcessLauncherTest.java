// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.Signal;
import io.runflux.process.ProcessLauncherBuilder.Kind;
import io.runflux.process.ProcessStartException.Reason;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.StepVerifier;

class JdkProcessLauncherTest implements ProcessLauncherContract {
    private final ProcessLauncher launcher = launcher(UnaryOperator.identity());

    @Override
    public ProcessLauncher launcher() {
        return launcher;
    }

    @Override
    public ProcessLauncher launcher(UnaryOperator<ProcessLauncherBuilder> settings) {
        return settings.apply(ProcessLauncher.builder().kind(Kind.JDK)).build();
    }

    @Override
    public boolean tellsCodeFromSignal() {
        return false;
    }

    @Override
    public boolean sendsAnySignal() {
        return false;
    }

    @Override
    public boolean refusesScriptWithoutInterpreter() {
        return false;
    }

    @Test
    void isNative_isFalse() {
        assertThat(launcher.isNative()).isFalse();
    }

    @Test
    void listen_isRefused() {
        StepVerifier.create(launcher.listenForTerminal())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ProcessException.class)
                        .hasMessageContaining("need the native launcher"))
                .verify(TIMEOUT);
        StepVerifier.create(launcher.listenForProcess())
                .expectError(ProcessException.class)
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void launch_settingBeyondTheJdk_isRefusedByName(ProcessSpec.Builder spec, String words) {
        StepVerifier.create(launcher.launch(spec.build()))
                .expectErrorSatisfies(error -> assertRefused(error, words))
                .verify(TIMEOUT);
    }

    static Stream<Object[]> unsupported() {
        return Stream.of(
                refused(program().argv0("other"), "argv[0]"),
                refused(program().descriptor(3, Stdio.nullDevice()), "descriptor 3"),
                refused(program().stdout(Stdio.descriptor(1)), "descriptor 1"),
                refused(program().terminal(new TerminalSize(24, 80)), "a terminal"),
                refused(program().rootDirectory(Path.of("/tmp")), "a root directory"),
                refused(program().group(ProcessGroup.NEW_GROUP), "process group NEW_GROUP"),
                refused(program().parentDeathSignal(Signal.KILL), "a parent-death signal"),
                refused(program().capabilities(Set.of("chown")), "capabilities"),
                refused(program().umask(077), "a umask"),
                refused(program().nice(3), "a nice value"),
                refused(program().processors(Set.of(0)), "processors"),
                refused(program().noNewPrivileges(), "no-new-privileges"));
    }

    private static Object[] refused(ProcessSpec.Builder spec, String words) {
        return new Object[] {Named.of(words, spec), words};
    }

    private static ProcessSpec.Builder program() {
        return ProcessSpec.program(Path.of("/bin/true"));
    }

    private static void assertRefused(Throwable error, String words) {
        assertThat(error).isInstanceOf(ProcessStartException.class).hasMessageContaining(words);
        assertThat(((ProcessStartException) error).reason()).isEqualTo(Reason.NOT_SUPPORTED);
    }
}
