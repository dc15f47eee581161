// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.process.ProcessLauncher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;

/** What every command on containers takes. */
final class CommonOptions {
    @Option(
            names = "--runtime",
            paramLabel = "NAME",
            defaultValue = Runtimes.AUTO,
            converter = RuntimeName.class,
            description = "runc, host (plain processes, which isolates nothing), or auto (default: ${DEFAULT-VALUE})")
    String runtime = Runtimes.AUTO;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "where containers and events are kept (default: /run/runflux, or that of this user)")
    @Nullable
    Path root;

    Path stateDirectory() {
        return StateDirectory.open(root);
    }

    /** Does something with the runtimes, and waits for it; this is where the command line blocks. */
    <T> @Nullable T call(Function<Runtimes, Mono<T>> work) {
        Path directory = stateDirectory();
        ProcessLauncher launcher = ProcessLauncher.create();
        return Mono.usingWhen(
                        Mono.just(launcher),
                        shared -> work.apply(new Runtimes(directory, shared)),
                        shared -> shared.disposeLater(Duration.ZERO))
                .block();
    }
}
