// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** A target for each stream of a process, or one for both outputs. */
final class SeparateUpstream implements UpstreamIo {
    private final StdioUris uris;
    private final boolean isTerminal;
    private final UpstreamIo stdin;
    private final UpstreamIo stdout;
    private final UpstreamIo stderr;

    private SeparateUpstream(
            StdioUris uris, boolean isTerminal, UpstreamIo stdin, UpstreamIo stdout, UpstreamIo stderr) {
        this.uris = uris;
        this.isTerminal = isTerminal;
        this.stdin = stdin;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /** Opens standard input, output and error, in this order; if one cannot be opened, none stays open. */
    static Mono<UpstreamIo> open(StdioUris uris, UpstreamOptions options) {
        return Mono.usingWhen(
                Mono.fromSupplier(Opened::new),
                opened -> open(uris, options, opened),
                opened -> Mono.empty(),
                (opened, error) -> opened.close(),
                Opened::close);
    }

    private static Mono<UpstreamIo> open(StdioUris uris, UpstreamOptions options, Opened opened) {
        return opened.keep(openInput(uris.stdin(), options))
                .flatMap(in -> opened.keep(openOutput(uris.stdout(), options))
                        .flatMap(out -> opened.keep(openError(uris, out, options))
                                .map(err -> new SeparateUpstream(uris, options.isTerminal(), in, out, err))));
    }

    private static Mono<UpstreamIo> openInput(@Nullable StdioUri uri, UpstreamOptions options) {
        return uri == null || uri.scheme() == StdioUri.Scheme.NULL
                ? openOutput(null, options)
                : PeerInput.open(uri, options);
    }

    private static Mono<UpstreamIo> openOutput(@Nullable StdioUri uri, UpstreamOptions options) {
        return UpstreamIo.open(uri == null ? StdioUri.nowhere() : uri, options);
    }

    private static Mono<UpstreamIo> openError(StdioUris uris, UpstreamIo stdout, UpstreamOptions options) {
        StdioUri uri = uris.stderr();
        return uri != null && uri.equals(uris.stdout()) ? Mono.just(stdout) : openOutput(uri, options);
    }

    @Override
    public StdioUri uri() {
        return Objects.requireNonNullElse(uris.stdout(), StdioUri.nowhere());
    }

    @Override
    public StdioUris uris() {
        return uris;
    }

    @Override
    public boolean isTerminal() {
        return isTerminal;
    }

    @Override
    public ByteBufFlux stdin() {
        return stdin.stdin();
    }

    @Override
    public Mono<Void> sendStdout(Publisher<? extends ByteBuf> source) {
        return stdout.sendStdout(source);
    }

    @Override
    public Mono<Void> sendStderr(Publisher<? extends ByteBuf> source) {
        return stderr.sendStderr(source);
    }

    @Override
    public long lostBytes() {
        return outputs().mapToLong(UpstreamIo::lostBytes).sum();
    }

    private Stream<UpstreamIo> outputs() {
        return Stream.of(stdout, stderr).distinct();
    }

    @Override
    public Mono<Void> closeStdin() {
        return stdin.closeStdin();
    }

    /** All at once, since each may wait for its peer. */
    @Override
    public Mono<Void> close() {
        return Flux.mergeDelayError(3, stdin.close(), stdout.close(), stdout == stderr ? Mono.empty() : stderr.close())
                .then()
                .onErrorMap(error -> Exceptions.unwrapMultiple(error).get(0));
    }

    /** What is open already; what comes when it is closed is closed as well. */
    private static final class Opened {
        private final List<UpstreamIo> targets = new ArrayList<>();
        private boolean isClosed;

        Mono<UpstreamIo> keep(Mono<UpstreamIo> target) {
            return target.doOnNext(this::add);
        }

        private void add(UpstreamIo target) {
            if (!addUnlessClosed(target)) {
                target.close().subscribe(nothing -> {}, failed -> {});
            }
        }

        private synchronized boolean addUnlessClosed(UpstreamIo target) {
            return !isClosed && targets.add(target);
        }

        synchronized Mono<Void> close() {
            isClosed = true;
            return Mono.whenDelayError(targets.stream().map(UpstreamIo::close).toList());
        }
    }
}
