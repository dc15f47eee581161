// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

/** With a pipe that takes a buffer when it is told to. */
class DriverFeedTest {
    private static final String CHUNK = "x".repeat(39_999) + "\n";

    private final DriverFeed feed = new DriverFeed(
            StdioUri.driver(Path.of("/driver")),
            UpstreamOptions.defaults(),
            LogStream.STDOUT,
            DriverLimits.defaults().withBufferBytes(64 * 1024));
    private final Sinks.Many<ByteBuf> source = Sinks.many().unicast().onBackpressureBuffer();
    private final TestSubscriber<String> pipe =
            TestSubscriber.builder().initialRequest(0).build();

    DriverFeedTest() {
        feed.bytes().map(DriverFeedTest::text).subscribe(pipe);
    }

    private static String text(ByteBuf buffer) {
        String text = buffer.toString(StandardCharsets.US_ASCII);
        buffer.release();
        return text;
    }

    private StepVerifier sending() {
        return StepVerifier.create(feed.send(source.asFlux())).expectComplete().verifyLater();
    }

    private void send(String... texts) {
        List.of(texts).forEach(text -> source.tryEmitNext(LogScene.buffer(text)).orThrow());
    }

    private static String lost(long bytes) {
        return "[runflux] " + bytes + " bytes of stdout were lost\n";
    }

    @Test
    void loss_inTheMiddle_isMarkedThereAndNotAtTheEnd() {
        StepVerifier sending = sending();
        send(CHUNK, CHUNK, CHUNK, "small\n");
        pipe.request(1);
        send("after\n", CHUNK);
        pipe.request(1);
        send("full\n".repeat(8_000), "last\n");
        source.tryEmitComplete();
        pipe.request(Long.MAX_VALUE);
        feed.written();

        sending.verify(LogScene.TIMEOUT);
        assertThat(pipe.getReceivedOnNext()).containsExactly(CHUNK, lost(80_006), "after\n", CHUNK, lost(40_005));
        assertThat(pipe.isTerminatedComplete()).isTrue();
        assertThat(feed.lostBytes()).isEqualTo(80_006 + 40_005);
    }

    @Test
    void loss_beforeTheLastOutput_leavesNoMarkAtTheEnd() {
        StepVerifier sending = sending();
        send(CHUNK, CHUNK);
        pipe.request(2);
        send("last\n");
        source.tryEmitComplete();
        pipe.request(Long.MAX_VALUE);
        feed.written();

        sending.verify(LogScene.TIMEOUT);
        assertThat(pipe.getReceivedOnNext()).containsExactly(CHUNK, lost(40_000), "last\n");
        assertThat(feed.lostBytes()).isEqualTo(40_000);
    }

    @Test
    void loss_behindHalfALine_isMarkedOnALineOfItsOwn() {
        StepVerifier sending = sending();
        send("half a line", CHUNK.replace("\n", "|"), CHUNK);
        source.tryEmitComplete();
        pipe.request(Long.MAX_VALUE);
        feed.written();

        sending.verify(LogScene.TIMEOUT);
        assertThat(pipe.getReceivedOnNext())
                .containsExactly("half a line", CHUNK.replace("\n", "|"), "\n" + lost(40_000));
        assertThat(pipe.isTerminatedComplete()).isTrue();
        assertThat(feed.lostBytes()).isEqualTo(40_000);
    }
}
