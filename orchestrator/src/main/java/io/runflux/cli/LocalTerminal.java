// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.process.CaptureLimits;
import io.runflux.process.CapturedOutput;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.RuntimeConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The terminal that this command is typed at, asked and told by stty(1), since that gives back exactly what it found.
 * Making it raw is never cancelled halfway: whoever restores it waits for that first.
 */
final class LocalTerminal {
    static final TerminalSize UNKNOWN_SIZE = new TerminalSize(24, 80);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ProcessLauncher launcher;
    private final AtomicBoolean isTouched = new AtomicBoolean();
    private final Mono<String> raw = Mono.defer(this::makeRaw).cache();
    private final Mono<Void> restored =
            raw.onErrorComplete().flatMap(this::set).then().cache();

    LocalTerminal(ProcessLauncher launcher) {
        this.launcher = launcher;
    }

    /** Asks how large it is; empty if standard input is no terminal. */
    Mono<TerminalSize> size() {
        return call(List.of("size"))
                .filter(answer -> answer.status().isSuccess())
                .map(answer -> toSize(answer.stdout().strip()));
    }

    /** Emits its size now and whenever its window changes. */
    Flux<TerminalSize> sizes() {
        return WindowChanges.flux().onBackpressureLatest().concatMap(change -> size(), 0);
    }

    /** Has it pass every byte on as it is, both ways. */
    Mono<Void> enterRawMode() {
        return Mono.defer(() -> {
            isTouched.set(true);
            return raw.then();
        });
    }

    /** Gives back what was found, if that was changed. Repeating waits for the same end. */
    Mono<Void> restore() {
        return Mono.defer(() -> isTouched.get() ? restored : Mono.empty());
    }

    /** Emits the settings that were found. */
    private Mono<String> makeRaw() {
        return set("-g").flatMap(settings -> set("raw", "-echo", "-iexten").thenReturn(settings));
    }

    private Mono<String> set(String... arguments) {
        return call(List.of(arguments)).map(LocalTerminal::toAnswer);
    }

    private static String toAnswer(CapturedOutput output) {
        if (!output.status().isSuccess()) {
            throw new IllegalStateException(
                    "the terminal cannot be set: " + output.stderr().strip());
        }
        return output.stdout().strip();
    }

    private Mono<CapturedOutput> call(List<String> arguments) {
        ProcessSpec spec = ProcessSpec.lookup("stty", RuntimeConfig.TRUSTED_PATH)
                .arguments(arguments)
                .environment("LC_ALL", "C")
                .stdin(Stdio.inherit())
                .stdout(Stdio.pipe())
                .stderr(Stdio.pipe())
                .build();
        return launcher.capture(spec, CaptureLimits.defaults()).timeout(LIMIT);
    }

    /** A terminal that nobody gave a size says that it is 0 by 0. */
    private static TerminalSize toSize(String answer) {
        String[] parts = answer.split(" ", -1);
        int rows = Integer.parseInt(parts[0]);
        int columns = Integer.parseInt(parts[1]);
        return rows == 0 || columns == 0 ? UNKNOWN_SIZE : new TerminalSize(rows, columns);
    }
}
