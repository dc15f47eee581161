// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.process.CaptureLimits;
import io.runflux.process.CapturedOutput;
import io.runflux.process.ProcessException;
import io.runflux.process.ProcessGroup;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/** Runs the programs of the system that work on namespaces, in an environment of a search path alone. */
final class Programs {
    /** Where programs of the system are. */
    static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** They take milliseconds. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final CaptureLimits CAPTURE = CaptureLimits.defaults();

    private final ProcessLauncher launcher;

    Programs(ProcessLauncher launcher) {
        this.launcher = launcher;
    }

    /** Returns what the program writes to its standard output; any end but a good one is an error. */
    Mono<String> run(String program, String... arguments) {
        ProcessSpec spec = ProcessSpec.lookup(program, PATH)
                .arguments(arguments)
                .environment("PATH", PATH)
                .group(ProcessGroup.NEW_GROUP)
                .stdout(Stdio.pipe())
                .stderr(Stdio.pipe())
                .build();
        String command = program + " " + String.join(" ", List.of(arguments));
        return launcher.using(spec, process -> process.capture(CAPTURE)
                        .timeout(
                                LIMIT,
                                Mono.error(() -> new NetworkException(
                                        command + " took longer than " + LIMIT.toSeconds() + " s", null))))
                .single()
                .onErrorMap(
                        ProcessException.class,
                        error -> new NetworkException(String.valueOf(error.getMessage()), error))
                .map(output -> checked(command, output));
    }

    private static String checked(String command, CapturedOutput output) {
        if (!output.status().isSuccess() || output.isTruncated()) {
            String outcome = output.isTruncated()
                    ? "wrote more than is read"
                    : output.status().toString();
            throw new NetworkException(command + ": " + outcome + ": " + Names.words(output.stderr()), null);
        }
        return output.stdout();
    }
}
