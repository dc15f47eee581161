// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.events.Signal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProcessSpecTest {
    private static final Path TRUE = Path.of("/bin/true");

    @ParameterizedTest
    @MethodSource("nonsense")
    void build_nonsense_isRefusedByNameBeforeAnythingStarts(Consumer<ProcessSpec.Builder> nonsense, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> {
                    ProcessSpec.Builder builder = ProcessSpec.program(TRUE);
                    nonsense.accept(builder);
                    builder.build();
                })
                .withMessageContaining(message);
    }

    static Stream<Arguments> nonsense() {
        return Stream.of(
                nonsense("NUL in an argument", b -> b.arguments("a", "b\0c"), "argument 2"),
                nonsense("NUL in argv[0]", b -> b.argv0("\0"), "argv[0]"),
                nonsense("NUL in a value", b -> b.environment("NAME", "\0"), "environment variable NAME"),
                nonsense("= in a name", b -> b.environment("A=B", "c"), "'A=B'"),
                nonsense("no name", b -> b.environment(Map.of("", "c")), "name without '='"),
                nonsense("relative directory", b -> b.workingDirectory(Path.of("x")), "'x'"),
                nonsense("relative root", b -> b.rootDirectory(Path.of("x")), "'x'"),
                nonsense("descriptor 2 as a further one", b -> b.descriptor(2, Stdio.nullDevice()), "from 3 to 255"),
                nonsense("a pipe as a further one", b -> b.descriptor(3, Stdio.pipe()), "from 3 to 255"),
                nonsense("tiny pipe", b -> b.pipeBytes(1), "was 1"),
                nonsense("umask", b -> b.umask(01000), "umask must be from 0 to 511"),
                nonsense("nice", b -> b.nice(20), "was 20"),
                nonsense("no processor", b -> b.processors(Set.of()), "at least one"),
                nonsense("processor", b -> b.processors(Set.of(1024)), "was 1024"),
                nonsense("capability", b -> b.capabilities(Set.of("-all")), "'-all'"),
                nonsense("stdout to stdout", b -> b.stdout(Stdio.toStdout()), "only standard error"),
                nonsense("a further pipe as stdin", b -> b.stdin(Stdio.inputPipe()), "stream 0"),
                nonsense("stdin to write", b -> b.stdin(Stdio.writeTo(TRUE)), "stream 0"),
                nonsense("stdout to read", b -> b.stdout(Stdio.readFrom(TRUE)), "stream 1"),
                nonsense(
                        "terminal and pipe",
                        b -> b.terminal(new TerminalSize(1, 1)).stdout(Stdio.pipe()),
                        "all three standard streams"),
                nonsense("argv[0] and wrapper", b -> b.argv0("x").parentDeathSignal(Signal.KILL), "argv[0]"),
                nonsense(
                        "root and wrapper",
                        b -> b.rootDirectory(Path.of("/tmp")).parentDeathSignal(Signal.KILL),
                        "root directory"),
                nonsense(
                        "loader variable and other user",
                        b -> b.environment("LD_PRELOAD", "/tmp/x.so").credentials(new Credentials(1, 1, List.of())),
                        "LD_PRELOAD"),
                nonsense(
                        "umask and parent-death signal",
                        b -> b.umask(0).parentDeathSignal(Signal.KILL),
                        "parent-death signal"));
    }

    private static Arguments nonsense(String name, Consumer<ProcessSpec.Builder> settings, String message) {
        return Arguments.of(Named.of(name, settings), message);
    }

    @Test
    void program_relative_pointsToLookup() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProcessSpec.program(Path.of("true")))
                .withMessageContaining("ProcessSpec.lookup");
    }

    @Test
    void lookup_withSlash_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProcessSpec.lookup("./true", "/bin"))
                .withMessageContaining("'./true'");
    }

    @Test
    void toString_namesTheProgramAndNoSecret() {
        ProcessSpec spec = ProcessSpec.program(TRUE)
                .arguments("--token=hunter2")
                .environment("PASSWORD", "hunter2")
                .build();

        assertThat(spec.toString()).contains("/bin/true").doesNotContain("hunter2");
    }

    @Test
    void toBuilder_changed_leavesTheOriginal() {
        ProcessSpec original = ProcessSpec.program(TRUE).arguments("a").build();

        ProcessSpec changed =
                original.toBuilder().arguments("b").stdout(Stdio.pipe()).build();

        assertThat(original.arguments()).containsExactly("a");
        assertThat(original.descriptors().get(1)).isEqualTo(Stdio.nullDevice());
        assertThat(changed.arguments()).containsExactly("b");
    }
}
