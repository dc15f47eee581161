// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Keeps what is started, by the name of its command, and how it ends. */
final class RecordingMonitor implements ProcessMonitor {
    private final ProcessMonitor next;
    private final Map<Integer, String> names = new ConcurrentHashMap<>();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final Sinks.Many<String> started = Sinks.many().multicast().directBestEffort();

    RecordingMonitor(ProcessLauncher launcher) {
        next = new LaunchingProcessMonitor(launcher);
    }

    List<String> ended() {
        return ended;
    }

    /** Completes once another command of that name is started. */
    Mono<String> started(String name) {
        return started.asFlux().filter(name::equals).next();
    }

    @Override
    public Mono<RunningProcess> start(ProcessSpec command) {
        return next.start(command).doOnNext(process -> {
            names.put(process.pid(), name(command.arguments()));
            started.emitNext(name(command.arguments()), Sinks.EmitFailureHandler.busyLooping(Fixtures.TIMEOUT));
        });
    }

    /** The name follows the words that say where the state and the log are, and of which form. */
    private static String name(List<String> words) {
        return words.get(0).equals("--root")
                ? words.get(words.indexOf("json") + 1)
                : words.stream().collect(Collectors.joining(" "));
    }

    @Override
    public Mono<ExitStatus> await(RunningProcess command) {
        return next.await(command)
                .doOnNext(status -> ended.add(
                        Stream.of(names.get(command.pid()), status.toString()).collect(Collectors.joining(": "))));
    }
}
