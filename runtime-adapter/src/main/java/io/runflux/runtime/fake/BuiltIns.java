// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The programs that are there without being registered, and a shell that knows just them. */
final class BuiltIns {
    private static final Mono<ExitStatus> GO_ON = Mono.empty();
    private static final ExitStatus NOT_FOUND = ExitStatus.exited(127);
    private static final String TO_STDERR = ">&2";

    private final Scheduler clock;

    BuiltIns(Scheduler clock) {
        this.clock = clock;
    }

    Map<String, Program> byName() {
        return Map.of(
                "true", process -> Mono.just(ExitStatus.exited(0)),
                "false", process -> Mono.just(ExitStatus.exited(1)),
                "sleep", process -> sleep(process.arguments().get(1)),
                "cat", BuiltIns::cat,
                "echo", process -> process.stdout(line(process.arguments())).then(GO_ON),
                "sh", this::shell);
    }

    private Mono<ExitStatus> sleep(String seconds) {
        Duration time = Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1000));
        return Mono.delay(time, clock).then(GO_ON);
    }

    private static Mono<ExitStatus> cat(FakeProcess process) {
        return process.stdin().concatMap(process::stdout, 1).then(GO_ON);
    }

    private static String line(List<String> words) {
        return String.join(" ", words.subList(1, words.size())) + "\n";
    }

    /** The first command that yields a status is the last. */
    private Mono<ExitStatus> shell(FakeProcess process) {
        List<String> words = process.arguments();
        if (words.size() != 3 || !words.get(1).equals("-c")) {
            return process.stderr("sh: only -c and a script are known\n").thenReturn(ExitStatus.exited(2));
        }
        return Flux.fromArray(words.get(2).split(";", -1))
                .map(String::strip)
                .concatMap(command -> command(process, List.of(command.split("\\s+", -1))), 1)
                .next();
    }

    private Mono<ExitStatus> command(FakeProcess process, List<String> words) {
        return switch (words.get(0)) {
            case "", "true", ":" -> GO_ON;
            case "exec" -> exec(process, words.subList(1, words.size()));
            case "exit" -> Mono.just(ExitStatus.exited(words.size() == 1 ? 0 : Integer.parseInt(words.get(1))));
            case "sleep" -> sleep(words.get(1));
            case "cat" -> cat(process);
            case "echo" -> echo(process, words);
            case "kill" ->
                Mono.just(ExitStatus.signaled(Signal.parse(words.get(1).substring(1))));
            default -> process.stderr("sh: " + words.get(0) + ": not found\n").thenReturn(NOT_FOUND);
        };
    }

    private Mono<ExitStatus> exec(FakeProcess process, List<String> words) {
        if (process instanceof Payload payload) {
            payload.become(words);
        }
        return command(process, words).defaultIfEmpty(ExitStatus.exited(0));
    }

    private static Mono<ExitStatus> echo(FakeProcess process, List<String> words) {
        int last = words.size() - 1;
        return words.get(last).equals(TO_STDERR)
                ? process.stderr(line(words.subList(0, last))).then(GO_ON)
                : process.stdout(line(words)).then(GO_ON);
    }
}
