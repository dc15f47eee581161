// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Lets one work at a time be done on each subject, in the order of subscription. Work that is cancelled is told so, and
 * goes on in the background to an end of its own; only then is it the next one's turn. So whoever cancels and then
 * cleans up is never overtaken by what was cancelled. What has waited begins on the bounded elastic scheduler, and not
 * within what it has waited for, so that any number may wait.
 *
 * <p>A result is either given to the subscriber or taken back, also if it is cancelled at that moment: what an operator
 * is given and drops because it has cancelled was given.
 *
 * @param <K> the subjects
 */
final class Turns<K> {
    private static final Logger log = LoggerFactory.getLogger(Turns.class);

    private final Map<K, Mono<Void>> last = new ConcurrentHashMap<>();

    /**
     * Does a work in its turn.
     *
     * @param work what to do, given what tells whether it was cancelled
     * @param undo takes back a work that came to a good end although it was cancelled
     */
    <T> Mono<T> run(K subject, Function<BooleanSupplier, Mono<T>> work, Function<T, Mono<Void>> undo) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> new Turn<>(subject, work)),
                turn -> turn.result,
                Turn::end,
                (turn, error) -> turn.end(),
                turn -> turn.cancel(undo));
    }

    /** Whether the error is that of the cancellation, and nothing went wrong besides. */
    private static boolean isNoMore(Throwable error) {
        return error instanceof CancellationException && error.getSuppressed().length == 0;
    }

    private final class Turn<T> {
        private final K subject;
        private final Sinks.Empty<Void> ended = Sinks.empty();
        private final Mono<Void> end = ended.asMono();
        private final Mono<T> result;
        private volatile boolean isCancelled;

        Turn(K subject, Function<BooleanSupplier, Mono<T>> work) {
            this.subject = subject;
            Mono<Void> before = last.put(subject, end);
            Mono<T> own = Mono.defer(() -> work.apply(() -> isCancelled));
            result = (before == null
                            ? own
                            : before.publishOn(Schedulers.boundedElastic()).then(own))
                    .cache();
        }

        Mono<Void> end() {
            return Mono.fromRunnable(() -> {
                last.remove(subject, end);
                ended.tryEmitEmpty();
            });
        }

        Mono<Void> cancel(Function<T, Mono<Void>> undo) {
            isCancelled = true;
            return result.flatMap(undo)
                    .onErrorComplete(Turns::isNoMore)
                    .doOnError(error -> log.warn("{}: cleaning up after a cancellation failed", subject, error))
                    .onErrorComplete()
                    .then(end());
        }
    }
}
