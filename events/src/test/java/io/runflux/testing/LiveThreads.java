// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The live threads of this JVM at one moment, less those of pools that the whole JVM shares. */
final class LiveThreads {
    private static final List<String> SHARED = List.of(
            // Reactor, Reactor Netty and Netty
            "parallel-",
            "boundedElastic-",
            "runflux-streams-",
            "runflux-logs-",
            "runflux-events-",
            "single-",
            "reactor-tcp-",
            "reactor-http-",
            "globalEventExecutor",
            // the JDK and JNA
            "process reaper",
            "ForkJoinPool",
            "CompletableFutureDelayScheduler",
            "VirtualThread-unparker",
            "JNA Cleaner",
            "Cleaner-",
            "Common-Cleaner",
            "Attach Listener",
            "Signal Dispatcher",
            // what runs the tests
            "surefire",
            "junit-",
            "blockhound");

    private final Map<Thread, StackTraceElement[]> threads;

    private LiveThreads(Map<Thread, StackTraceElement[]> threads) {
        this.threads = threads;
    }

    static LiveThreads capture() {
        return new LiveThreads(Thread.getAllStackTraces());
    }

    List<String> addedSince(LiveThreads before) {
        Set<Thread> old = before.threads.keySet();
        return threads.entrySet().stream()
                .filter(entry -> !old.contains(entry.getKey()) && isCounted(entry.getKey()))
                .map(entry -> describe(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static boolean isCounted(Thread thread) {
        return thread.isAlive() && SHARED.stream().noneMatch(thread.getName()::startsWith);
    }

    private static String describe(Thread thread, StackTraceElement[] stack) {
        return "thread '" + thread.getName() + "'"
                + Arrays.stream(stack).map(frame -> "\n      at " + frame).collect(Collectors.joining());
    }
}
