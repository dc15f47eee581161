// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.netty.buffer.ByteBuf;
import io.runflux.runtime.ContainerProcess;
import io.runflux.stdio.UpstreamException;
import io.runflux.stdio.UpstreamIo;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** Sends the output of a container to a log. */
final class LogCopies {
    private static final Logger log = LoggerFactory.getLogger(LogCopies.class);

    private LogCopies() {}

    static Mono<Void> send(ContainerProcess process, UpstreamIo target) {
        return send(process.stdout(), process.stderr(), target);
    }

    static Mono<Void> sendAsWell(ContainerStreams streams, ContainerProcess process, UpstreamIo target) {
        return Mono.defer(() -> {
            StreamTee output = new StreamTee(process.stdout());
            StreamTee errors = new StreamTee(process.stderr());
            Mono<Void> work = streams.relay(new TeedProcess(process, output.first(), errors.first()))
                    .doFinally(signal -> leave(output, errors));
            return Mono.when(work, send(output.second(), errors.second(), target));
        });
    }

    static void leave(StreamTee output, StreamTee errors) {
        output.leaveFirst();
        errors.leaveFirst();
    }

    static Mono<Void> send(ByteBufFlux output, ByteBufFlux errors, UpstreamIo target) {
        Mono<Void> sentOutput = send(output, target::sendStdout);
        return Mono.when(sentOutput, target.isTerminal() ? errors.then() : send(errors, target::sendStderr));
    }

    /** At the end of the output it is too late to have the process wait: what is lost is counted. */
    private static Mono<Void> send(ByteBufFlux source, Function<Publisher<ByteBuf>, Mono<Void>> target) {
        return Mono.defer(() -> {
            AtomicBoolean hasEnded = new AtomicBoolean();
            Flux<ByteBuf> output = source.retain().doOnComplete(() -> hasEnded.set(true));
            return target.apply(output).onErrorResume(UpstreamException.class, e -> endOf(hasEnded.get(), e));
        });
    }

    private static Mono<Void> endOf(boolean hasEnded, UpstreamException error) {
        if (!hasEnded) {
            return Mono.error(error);
        }
        log.debug("output was lost", error);
        return Mono.empty();
    }
}
