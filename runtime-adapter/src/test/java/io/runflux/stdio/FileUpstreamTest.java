// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class FileUpstreamTest {
    private static final String LONG_LINE = "x".repeat(LineCutter.MAX_BYTES);

    @TempDir
    Path parent = Path.of("/");

    private LogScene scene = LogScene.NONE;

    @BeforeEach
    void setUp() {
        scene = LogScene.in(parent);
    }

    @Test
    void open_unsubscribed_createsNothing() {
        Mono<UpstreamIo> cold = UpstreamIo.open(scene.uri(), scene.options());

        assertThat(cold).isNotNull();
        assertThat(scene.files()).isEmpty();
    }

    @Test
    void sendStdout_twoTargetsAfterEachOther_append() {
        scene.write(scene.uri(), "one\ntw", "o\n");
        scene.write(scene.uri(), "three");

        assertThat(scene.content(scene.log())).isEqualTo("one\ntwo\nthree");
    }

    @Test
    void sendStdout_andStderr_shareTheFileByLines() {
        UpstreamIo upstream = scene.open(scene.uri());
        TestPublisher<ByteBuf> out = TestPublisher.create();
        StepVerifier writing =
                StepVerifier.create(upstream.sendStdout(out)).expectComplete().verifyLater();

        out.next(LogScene.buffer("half a "));
        upstream.sendStderr(LogScene.bytes("error\n")).block(LogScene.TIMEOUT);
        out.next(LogScene.buffer("line\n"));
        out.complete();
        writing.verify(LogScene.TIMEOUT);
        upstream.close().block(LogScene.TIMEOUT);

        assertThat(scene.content(scene.log())).isEqualTo("error\nhalf a line\n");
        assertThat(upstream.lostBytes()).isZero();
    }

    @Test
    void sendStdout_cri_writesRecordsAndPartsOfThem() {
        scene.write(scene.uri().with("format", "cri"), "short\n" + LONG_LINE + "rest\n", "last");

        assertThat(scene.content(scene.log()).lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z stdout F short"),
                        line -> assertThat(line).endsWith("Z stdout P " + LONG_LINE),
                        line -> assertThat(line).endsWith("Z stdout F rest"),
                        line -> assertThat(line).endsWith("Z stdout F last"));
    }

    @Test
    void sendStderr_json_writesDockersFields() {
        UpstreamIo upstream = scene.open(scene.uri().with("format", "json"));
        upstream.sendStderr(LogScene.bytes("a \"quoted\"\tä\n", "rest")).block(LogScene.TIMEOUT);
        upstream.close().block(LogScene.TIMEOUT);

        assertThat(scene.content(scene.log()).lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("{\"log\":\"a \\\"quoted\\\"\\tä\\n\",\"stream\":\"stderr\",\"time\":\"2"),
                        line -> assertThat(line).startsWith("{\"log\":\"rest\",\"stream\":\"stderr\""));
    }

    @Test
    void sendStdout_longLineOfWideCharacters_cutsNone() {
        String line = "ä" + "€".repeat(LineCutter.MAX_BYTES);
        StdioUri uri = scene.uri().with("format", "json");
        scene.write(uri, line, "\n");

        assertThat(scene.read(uri, LogStart.beginning())).isEqualTo(line + "\n");
    }

    @Test
    void open_cri_endsARecordThatWasTorn() throws IOException {
        Files.writeString(scene.log(), "2016-10-06T00:17:09.669794202Z stdout F to");
        scene.write(scene.uri().with("format", "cri"), "whole\n");

        assertThat(scene.content(scene.log()).lines()).hasSize(2);
    }

    @Test
    void sendStdout_twice_isRefused() {
        UpstreamIo upstream = scene.open(scene.uri());
        upstream.sendStdout(Flux.empty()).block(LogScene.TIMEOUT);

        StepVerifier.create(upstream.sendStdout(Flux.empty())).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("stdout can be sent"));
        upstream.close().block(LogScene.TIMEOUT);
    }

    @Test
    void sendStderr_terminal_isRefused() {
        UpstreamIo upstream = UpstreamIo.open(scene.uri(), scene.options().withTerminal(true))
                .blockOptional(LogScene.TIMEOUT)
                .orElseThrow();

        assertThat(upstream.isTerminal()).isTrue();
        StepVerifier.create(upstream.sendStderr(Flux.empty())).verifyError(IllegalStateException.class);
        upstream.close().block(LogScene.TIMEOUT);
    }

    @Test
    void sendStdout_sourceFails_writesWhatCameAndFails() {
        UpstreamIo upstream = scene.open(scene.uri());
        Flux<ByteBuf> source = LogScene.bytes("before").concatWith(Mono.error(new IOException("torn")));

        StepVerifier.create(upstream.sendStdout(source)).verifyErrorMessage("torn");
        upstream.close().block(LogScene.TIMEOUT);
        assertThat(scene.content(scene.log())).isEqualTo("before");
    }

    @Test
    void sendStdout_cancelled_cancelsTheSourceAndWritesWhatCame() {
        UpstreamIo upstream = scene.open(scene.uri());
        TestPublisher<ByteBuf> source = TestPublisher.create();

        StepVerifier.create(upstream.sendStdout(source))
                .then(() -> source.next(LogScene.buffer("before")))
                .thenCancel()
                .verify(LogScene.TIMEOUT);
        source.assertCancelled();
        upstream.close().block(LogScene.TIMEOUT);
        assertThat(scene.content(scene.log())).isEqualTo("before");
    }

    @Test
    void close_whileSending_writesWhatCameAndEndsTheSending() {
        UpstreamIo upstream = scene.open(scene.uri());
        TestPublisher<ByteBuf> source = TestPublisher.create();
        StepVerifier sending = StepVerifier.create(upstream.sendStdout(source))
                .expectComplete()
                .verifyLater();

        source.next(LogScene.buffer("no newline"));

        upstream.close().block(LogScene.TIMEOUT);
        upstream.close().block(LogScene.TIMEOUT);
        upstream.closeStdin().block(LogScene.TIMEOUT);
        sending.verify(LogScene.TIMEOUT);
        source.assertCancelled();
        assertThat(scene.content(scene.log())).isEqualTo("no newline");
        StepVerifier.create(upstream.sendStderr(Flux.empty())).verifyError(IllegalStateException.class);
    }

    @Test
    void stdin_isEmpty() {
        UpstreamIo upstream = scene.open(scene.uri());

        StepVerifier.create(upstream.stdin()).verifyComplete();
        upstream.close().block(LogScene.TIMEOUT);
    }

    @Test
    void open_outsideOfTheRoots_isRefused() {
        StdioUri uri = StdioUri.file(Path.of("/etc/motd.log"));

        StepVerifier.create(UpstreamIo.open(uri, scene.options())).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(UpstreamException.class)
                .hasMessageContaining("is below none of the allowed roots"));
        StepVerifier.create(UpstreamIo.open(scene.uri(), UpstreamOptions.defaults()))
                .verifyError(UpstreamException.class);
    }

    @Test
    void open_linkOnTheWay_isRefused() throws IOException {
        Path real = Files.createDirectory(scene.root().resolve("real"));
        Path link = Files.createSymbolicLink(scene.root().resolve("link"), real);

        StepVerifier.create(UpstreamIo.open(StdioUri.file(link.resolve("c1.log")), scene.options()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UpstreamException.class)
                        .hasMessageContaining("'" + link + "' must be a directory, and no symbolic link"));
        assertThat(real).isEmptyDirectory();
    }

    @Test
    void open_linkAtTheEnd_isRefused() throws IOException {
        Path other = Files.writeString(scene.root().resolve("other"), "precious");
        Files.createSymbolicLink(scene.log(), other);

        StepVerifier.create(UpstreamIo.open(scene.uri(), scene.options())).verifyError(UpstreamException.class);
        assertThat(other).hasContent("precious");
    }

    @Test
    void open_noDirectory_makesNone() {
        StdioUri uri = StdioUri.file(scene.root().resolve("missing/c1.log"));

        StepVerifier.create(UpstreamIo.open(uri, scene.options()))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("does not exist"));
        assertThat(scene.files()).isEmpty();
    }

    @Test
    void open_directoryInPlace_isRefused() throws IOException {
        Files.createDirectory(scene.log());

        StepVerifier.create(UpstreamIo.open(scene.uri(), scene.options()))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("must be a regular file"));
    }

    @Test
    void open_twice_isRefused() {
        UpstreamIo first = scene.open(scene.uri());

        StepVerifier.create(UpstreamIo.open(scene.uri(), scene.options()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .hasMessageContaining("somebody else writes to it, here or in another process"));
        first.close().block(LogScene.TIMEOUT);
        scene.write(scene.uri(), "free again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0600", "0640"})
    void open_mode_isSetAlsoOnAFileThatWasThere(String mode) throws IOException {
        Files.writeString(scene.log(), "");
        Files.setPosixFilePermissions(scene.log(), PosixFilePermissions.fromString("rwxrwxrwx"));
        scene.write(scene.uri().with("mode", mode), "x");

        String expected = mode.equals("0600") ? "rw-------" : "rw-r-----";
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(scene.log())))
                .isEqualTo(expected);
    }

    @Test
    void open_null_swallowsEverything() {
        UpstreamIo upstream = scene.open(StdioUri.nowhere());
        ByteBuf buffer = LogScene.buffer("gone");

        StepVerifier.create(upstream.sendStdout(Mono.just(buffer))).verifyComplete();
        StepVerifier.create(upstream.stdin()).verifyComplete();
        StepVerifier.create(upstream.close()).verifyComplete();
        StepVerifier.create(upstream.close()).verifyComplete();
        assertThat(buffer.refCnt()).isZero();
        assertThat(scene.files()).isEmpty();
        assertThat(List.of(upstream.uri())).containsExactly(StdioUri.nowhere());
    }
}
