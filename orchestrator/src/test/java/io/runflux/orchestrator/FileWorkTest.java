// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.StepVerifier;

/** Errors that Reactor throws on at a worker, where nobody hears of them. */
class FileWorkTest {
    private static final Path DIRECTORY = Path.of("/bundles");

    static Stream<Error> errors() {
        return Stream.of(new StackOverflowError(), new OutOfMemoryError("heap"), new NoClassDefFoundError("a/b/C"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void call_endsWithAnError_failsWithItAsTheCause(Error error) {
        StepVerifier.create(FileWork.call(() -> {
                    throw error;
                }))
                .expectErrorSatisfies(told -> assertThat(told)
                        .isInstanceOf(ExecutionException.class)
                        .hasMessageContaining(error.toString())
                        .hasCause(error))
                .verify(AT_ONCE);
    }

    @Test
    void run_bundleCannotBeWrittenForWantOfAClass_failsAndDisposalEnds() {
        NoClassDefFoundError error = new NoClassDefFoundError("a/b/C");
        try (Scene scene = new Scene()) {
            EmbeddedOrchestrator orchestrator =
                    scene.builder().bundleDirectory(failing(error)).build();

            StepVerifier.create(orchestrator.run(RunRequest.rootfs(ID, Path.of("/"), List.of("/bin/true"))))
                    .expectErrorSatisfies(told -> assertThat(told).hasCause(error))
                    .verify(AT_ONCE);

            orchestrator.disposeLater().block(AT_ONCE);
        }
    }

    private static Path failing(Error error) {
        return (Path) Proxy.newProxyInstance(
                FileWorkTest.class.getClassLoader(), new Class<?>[] {Path.class}, (path, method, given) -> {
                    if (method.getName().equals("resolve")) {
                        throw error;
                    }
                    return method.invoke(DIRECTORY, given);
                });
    }
}
