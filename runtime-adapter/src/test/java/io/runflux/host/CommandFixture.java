// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A few words for tests of commands. */
final class CommandFixture {
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    private CommandFixture() {}

    static <T> T await(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(TIMEOUT), "completed empty");
    }

    static CommandException failureOf(Mono<?> run) {
        return Objects.requireNonNull(
                catchThrowableOfType(CommandException.class, () -> run.block(TIMEOUT)), "it ended well");
    }

    static <T extends Throwable> T find(CommandException failure, Class<T> type) {
        return failure.find(type).orElseThrow(() -> new AssertionError("no " + type, failure));
    }

    static String outputOf(CommandException failure) {
        return Objects.requireNonNull(failure.output(), "no output").text();
    }

    static Flux<ByteBuf> bytes(String text) {
        return Flux.just(text).map(part -> Unpooled.copiedBuffer(part, StandardCharsets.UTF_8));
    }

    /** More than any pipe holds. */
    static Flux<ByteBuf> fourMebibytes() {
        return Flux.range(0, 64).map(number -> Unpooled.wrappedBuffer(new byte[1 << 16]));
    }

    /** How many this JVM has open. */
    static int descriptors() {
        return Objects.requireNonNull(new File("/proc/self/fd").list(), "no /proc").length;
    }

    static Logger logTo(Consumer<SubstituteLoggingEvent> reader) {
        Queue<SubstituteLoggingEvent> notes = new ArrayDeque<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean add(SubstituteLoggingEvent note) {
                reader.accept(note);
                return true;
            }
        };
        return new EventRecordingLogger(new SubstituteLogger("commands", notes, false), notes);
    }

    /** Waits until it is so and stays so: what was begun may not have got far when it is first looked for. */
    static void awaitLasting(String what, BooleanSupplier condition) {
        AtomicInteger looks = new AtomicInteger();
        awaitUntil(what, () -> (condition.getAsBoolean() ? looks.incrementAndGet() : looks.getAndSet(0)) >= 40);
    }

    static void awaitUntil(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(MILLISECONDS.toNanos(5));
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }
}
