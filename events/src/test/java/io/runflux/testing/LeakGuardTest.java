// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** Runs classes that leak on purpose; what they leave behind is put away here. */
class LeakGuardTest {
    private static final AtomicReference<@Nullable AutoCloseable> LEFTOVER = new AtomicReference<>();

    @AfterEach
    void putAway() throws Exception {
        AutoCloseable leftover = LEFTOVER.getAndSet(null);
        if (leftover != null) {
            leftover.close();
        }
    }

    @Test
    void afterAll_nothingLeft_succeeds() {
        assertThat(findings(LeavesNothing.class)).isEmpty();
    }

    @Test
    void afterAll_childLeft_namesItsCommand() {
        assertThat(findings(LeavesChild.class)).singleElement().asString().contains("child process", "sleep 4711");
    }

    @Test
    void afterAll_descriptorsLeft_namesTheirTargets() {
        assertThat(findings(LeavesDescriptors.class))
                .singleElement()
                .asString()
                .contains("-> pipe:[", "-> /dev/null", "-> " + System.getProperty("java.io.tmpdir"));
    }

    @Test
    void afterAll_threadLeft_namesItAndItsStack() {
        assertThat(findings(LeavesThread.class))
                .singleElement()
                .asString()
                .contains("thread 'left-behind'", "CountDownLatch.await");
    }

    @Test
    void afterAll_errorDropped_showsIt() {
        assertThat(findings(DropsError.class))
                .singleElement()
                .asString()
                .contains("error dropped by Reactor", "nobody is left");
    }

    @Test
    void afterAll_bufferLeaked_showsIt() {
        assertThat(findings(LeaksBuffer.class)).singleElement().asString().contains("leaked", "LeaksBuffer.leak");
    }

    @Test
    void afterAll_blockingCallOnNonBlockingThread_showsItAlthoughSwallowed() {
        assertThat(findings(Blocks.class))
                .singleElement()
                .asString()
                .contains("blocking call", "parallel-", "Blocks.block");
    }

    @Test
    void afterAll_exceptionEndedThread_showsIt() {
        assertThat(findings(EndsThread.class))
                .singleElement()
                .asString()
                .contains("exception ended thread doomed", "nobody catches");
    }

    private static List<String> findings(Class<?> testClass) {
        EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testClass))
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                .configurationParameter(LeakGuard.SETTLE_MILLIS, "200")
                .execute();
        assertThat(results.testEvents().succeeded().count()).isOne();
        return results.containerEvents().failed().stream()
                .map(event -> event.getPayload().orElseThrow().toString())
                .toList();
    }

    static class LeavesNothing {
        @Test
        void runs() throws Exception {
            assertThat(new ProcessBuilder("/bin/true").start().waitFor()).isZero();
        }
    }

    static class LeavesChild {
        @Test
        void leak() throws IOException {
            Process child = new ProcessBuilder("/bin/sleep", "4711")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            child.getOutputStream().close();
            LEFTOVER.set(() -> child.destroyForcibly().waitFor());
        }
    }

    static class LeavesDescriptors {
        @Test
        void leak() throws IOException {
            Pipe pipe = Pipe.open();
            InputStream device = Files.newInputStream(Path.of("/dev/null"));
            Path file = Files.createTempFile("left", "behind");
            InputStream regular = Files.newInputStream(file);
            LEFTOVER.set(() -> {
                pipe.source().close();
                pipe.sink().close();
                device.close();
                regular.close();
                Files.delete(file);
            });
        }
    }

    static class LeavesThread {
        @Test
        void leak() {
            CountDownLatch end = new CountDownLatch(1);
            Thread thread = new Thread(() -> await(end), "left-behind");
            thread.start();
            LEFTOVER.set(() -> {
                end.countDown();
                thread.join(5000);
            });
        }
    }

    static class DropsError {
        @Test
        void drop() {
            Operators.onErrorDropped(new IllegalStateException("nobody is left"), Context.empty());
        }
    }

    static class LeaksBuffer {
        @Test
        void leak() {
            ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer(16);
            buffer.writeByte(1);
        }
    }

    static class Blocks {
        @Test
        void block() throws InterruptedException {
            CountDownLatch done = new CountDownLatch(1);
            Schedulers.parallel().schedule(() -> Blocks.blockAndSwallow(done));
            assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
        }

        private static void blockAndSwallow(CountDownLatch done) {
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                done.countDown();
            }
        }
    }

    static class EndsThread {
        @Test
        void end() throws InterruptedException {
            Thread thread = new Thread(EndsThread::fail, "doomed");
            thread.start();
            thread.join(5000);
        }

        private static void fail() {
            throw new IllegalStateException("nobody catches");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
