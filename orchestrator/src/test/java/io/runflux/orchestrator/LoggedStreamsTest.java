// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamException;
import io.runflux.stdio.UpstreamIo;
import io.runflux.stdio.UpstreamOptions;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.test.StepVerifier;

class LoggedStreamsTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final PipedProcess process = new PipedProcess();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final ContainerStreams copies = ContainerStreams.copyTo(output, errors);

    @TempDir
    private Path directory;

    private UpstreamIo open(String parameters, boolean isTerminal) {
        StdioUri uri = StdioUri.parse("file://" + directory.resolve("log") + parameters);
        UpstreamOptions options =
                UpstreamOptions.defaults().withAllowedRoots(directory).withTerminal(isTerminal);
        return Objects.requireNonNull(UpstreamIo.open(uri, options).block(LIMIT));
    }

    private String log() throws Exception {
        return Files.readString(directory.resolve("log"));
    }

    @Test
    void teeTo_file_getsWhatTheStreamsGet() throws Exception {
        for (String parameters : new String[] {"", "?overflow=wait"}) {
            PipedProcess each = new PipedProcess();
            UpstreamIo file = open(parameters, false);
            each.write("one\n").fail("two\n").write("three\n").end(0);

            copies.teeTo(file).relay(each).block(LIMIT);
            file.close().block(LIMIT);

            assertThat(file.lostBytes()).isZero();
        }
        assertThat(output).hasToString("one\nthree\n".repeat(2));
        assertThat(errors).hasToString("two\n".repeat(2));
        assertThat(log().lines()).hasSize(6).contains("one", "two", "three");
    }

    @Test
    void logTo_file_getsAll() throws Exception {
        UpstreamIo file = open("", false);
        process.write("one\n").fail("two\n").end(0);

        ContainerStreams.logTo(file).relay(process).block(LIMIT);
        file.close().block(LIMIT);

        assertThat(log().lines()).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void teeTo_ofTerminal_getsTheOneStream() throws Exception {
        UpstreamIo file = open("", true);
        process.write("one\r\n").end(0);

        copies.teeTo(file).relay(process).block(LIMIT);
        file.close().block(LIMIT);

        assertThat(log()).isEqualTo("one\r\n");
    }

    /** Streams without work leave the output to the log. */
    @Test
    void teeTo_streamsThatReadNothing_getsAll() throws Exception {
        UpstreamIo file = open("", false);
        process.write("one\n").end(0);

        ContainerStreams.none().teeTo(file).relay(process).block(LIMIT);
        file.close().block(LIMIT);

        assertThat(log()).isEqualTo("one\n");
    }

    @Test
    void teeTo_logThatFailsAtOnce_failsTheWork() {
        UpstreamIo broken = new BrokenLog(source -> Flux.error(new UpstreamException("disk is full", null)));
        process.write("one\n");

        StepVerifier.create(copies.teeTo(broken).relay(process))
                .expectErrorMessage("disk is full")
                .verify(LIMIT);
    }

    @Test
    void teeTo_logThatFailsAtTheEnd_isNoFailure() {
        UpstreamIo broken = new BrokenLog(source ->
                source.doOnNext(ByteBuf::release).concatWith(Flux.error(new UpstreamException("disk is full", null))));
        process.write("one\n").end(0);

        StepVerifier.create(copies.teeTo(broken).relay(process))
                .expectComplete()
                .verify(LIMIT);

        assertThat(output).hasToString("one\n");
    }

    /** A log that does something with standard output. */
    private record BrokenLog(UnaryOperator<Flux<ByteBuf>> work) implements UpstreamIo {
        @Override
        public StdioUri uri() {
            return StdioUri.nowhere();
        }

        @Override
        public boolean isTerminal() {
            return false;
        }

        @Override
        public ByteBufFlux stdin() {
            return ByteBufFlux.fromInbound(Flux.empty());
        }

        @Override
        public Mono<Void> sendStdout(Publisher<? extends ByteBuf> source) {
            return work.apply(Flux.from(source)).then();
        }

        @Override
        public Mono<Void> sendStderr(Publisher<? extends ByteBuf> source) {
            return Flux.from(source).then();
        }

        @Override
        public long lostBytes() {
            return 0;
        }

        @Override
        public Mono<Void> closeStdin() {
            return Mono.empty();
        }

        @Override
        public Mono<Void> close() {
            return Mono.empty();
        }
    }
}
