// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.util.function.Function;
import reactor.core.publisher.Mono;

/** What the pipelines of all public operations end with. */
final class Operation {
    private Operation() {}

    /** Names the operation in stack traces, and makes one of our errors of what files and processes fail with. */
    static <T> Function<Mono<T>, Mono<T>> named(Object words) {
        return mono -> Blocking.chain(mono.onErrorMap(RuntimeException.class, error -> toTyped(words, error))
                .checkpoint(words.toString()));
    }

    static RuntimeException toTyped(Object words, RuntimeException error) {
        return error instanceof OciRuntimeException
                ? error
                : new CommandFailedException("cannot " + words + ": " + error.getMessage(), null, error);
    }
}
