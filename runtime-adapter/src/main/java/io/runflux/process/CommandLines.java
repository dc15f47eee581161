// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Reads the command lines of processes from /proc. */
final class CommandLines {
    private CommandLines() {}

    static Mono<List<String>> read(int pid) {
        return Mono.fromCallable(() -> readNow(pid)).subscribeOn(Schedulers.boundedElastic());
    }

    private static @Nullable List<String> readNow(int pid) {
        try {
            String text = new String(Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")), StandardCharsets.UTF_8);
            int end = text.endsWith("\0") ? text.length() - 1 : text.length();
            return text.isEmpty() ? List.of() : List.of(text.substring(0, end).split("\0", -1));
        } catch (IOException e) {
            return null;
        }
    }
}
