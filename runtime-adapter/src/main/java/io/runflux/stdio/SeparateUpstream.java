// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.function.Function;
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
        return keep(
                openInput(uris.stdin(), options),
                in -> keep(openOutput(uris.stdout(), options), out -> openError(uris, out, options)
                        .map(err -> new SeparateUpstream(uris, options.isTerminal(), in, out, err))));
    }

    private static Mono<UpstreamIo> keep(Mono<UpstreamIo> target, Function<UpstreamIo, Mono<UpstreamIo>> others) {
        return Mono.usingWhen(
                target, others, unused -> Mono.empty(), (opened, error) -> opened.close(), UpstreamIo::close);
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
}
