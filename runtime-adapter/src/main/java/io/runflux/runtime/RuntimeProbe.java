// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks an installed runtime what it is and what it can do. */
final class RuntimeProbe {
    private final Function<Command, Mono<CommandResult>> runner;

    RuntimeProbe(Function<Command, Mono<CommandResult>> runner) {
        this.runner = runner;
    }

    Mono<RuntimeProfile> probe(RuntimeConfig config, Dialect dialect) {
        return Blocking.call(() -> TrustedBinary.check(config.binary()))
                .flatMap(binary -> Mono.zip(
                        ask(config, binary, dialect.version()).map(answer -> version(dialect, answer)),
                        Flux.fromIterable(dialect.help())
                                .concatMap(words -> ask(config, binary, words))
                                .collectList()))
                .map(answers -> RuntimeProfile.of(dialect, answers.getT1(), answers.getT2()));
    }

    private static String version(Dialect dialect, CommandResult answer) {
        if (!answer.status().isSuccess()) {
            String words = answer.stderr().isBlank()
                    ? ""
                    : ": " + FailedCommand.inOneLine(answer.stderr().strip());
            throw new RuntimeUnavailableException(
                    dialect.name() + " did not tell its version: " + answer.status() + words, null);
        }
        return dialect.parseVersion(answer.stdout());
    }

    private Mono<CommandResult> ask(RuntimeConfig config, Path binary, List<String> words) {
        List<String> argv = new ArrayList<>(config.commandPrefix());
        argv.add(binary.toString());
        argv.addAll(words);
        return runner.apply(Command.of(config, argv));
    }
}
