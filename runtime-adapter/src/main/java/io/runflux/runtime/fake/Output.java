// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Where a process of the fake writes to. */
interface Output {
    /** The null device. */
    Output NONE = bytes -> Mono.empty();

    /** Appends to a file that exists. */
    static Output file(Path file) {
        return bytes -> Mono.<Void>fromCallable(() -> {
                    Files.write(file, bytes, StandardOpenOption.APPEND);
                    return null;
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    /** Completes when the bytes are taken; fails with {@link BrokenPipeException} if nobody will read them. */
    Mono<Void> write(byte[] bytes);

    /** Adds one who has to close it. */
    default void share() {}

    /** Lets go of it. */
    default void close() {}
}
