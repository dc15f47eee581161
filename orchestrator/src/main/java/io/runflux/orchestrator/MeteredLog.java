// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.netty.buffer.ByteBuf;
import io.runflux.metrics.RunfluxMeter;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.StdioUris;
import io.runflux.stdio.UpstreamIo;
import java.util.Locale;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** Tells how much did not get into a log, from its opening to its end. */
final class MeteredLog implements UpstreamIo {
    private final UpstreamIo log;
    private final Disposable watch;

    MeteredLog(UpstreamIo log, OrchestratorMeters meters) {
        this.log = log;
        String target = log.uri().scheme().name().toLowerCase(Locale.ROOT);
        watch = meters.watchAlone(RunfluxMeter.LOG_LOST, log::lostBytes, target);
    }

    @Override
    public StdioUri uri() {
        return log.uri();
    }

    @Override
    public StdioUris uris() {
        return log.uris();
    }

    @Override
    public boolean isTerminal() {
        return log.isTerminal();
    }

    @Override
    public ByteBufFlux stdin() {
        return log.stdin();
    }

    @Override
    public Mono<Void> sendStdout(Publisher<? extends ByteBuf> source) {
        return log.sendStdout(source);
    }

    @Override
    public Mono<Void> sendStderr(Publisher<? extends ByteBuf> source) {
        return log.sendStderr(source);
    }

    @Override
    public long lostBytes() {
        return log.lostBytes();
    }

    @Override
    public Mono<Void> closeStdin() {
        return log.closeStdin();
    }

    /** What is lost while it closes counts too. */
    @Override
    public Mono<Void> close() {
        return log.close().doFinally(end -> watch.dispose());
    }
}
