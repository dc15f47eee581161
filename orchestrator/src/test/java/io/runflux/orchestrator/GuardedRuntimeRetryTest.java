// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.GuardScene.busy;
import static io.runflux.orchestrator.GuardScene.failing;
import static io.runflux.orchestrator.GuardScene.notStarted;
import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.BUNDLE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.Signal;
import io.runflux.process.ProcessStartException.Reason;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimeException;
import io.runflux.runtime.RuntimeBusyException;
import java.time.Duration;
import java.util.Collections;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class GuardedRuntimeRetryTest {
    private static final GuardOptions OPTIONS = GuardOptions.defaults();
    private static final Duration ALL_WAITS = Duration.ofSeconds(10);

    private final GuardScene scene = new GuardScene();
    private final OciRuntime runtime = scene.guarded(OPTIONS);

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void delete_busyTwice_isRepeated() {
        scene.addContainer();
        scene.fake().before("delete", failing(2, busy()));

        StepVerifier.create(runtime.delete(ID, DeleteOptions.defaults()))
                .then(() -> scene.advance(ALL_WAITS))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.log()).containsExactly("delete", "delete", "delete");
    }

    @Test
    void state_busyForever_failsAsThatAfterTheLastAttempt() {
        OciRuntimeException busy = busy();
        scene.fake().before("state", Mono.error(busy));

        StepVerifier.create(runtime.state(ID))
                .then(() -> scene.advance(ALL_WAITS))
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(busy))
                .verify(AT_ONCE);

        assertThat(scene.log()).isEqualTo(Collections.nCopies(OPTIONS.repeats().maxAttempts(), "state"));
    }

    @Test
    void state_busy_waitsAboutAsLongAsTheFirstWaitBeforeTheSecondAttempt() {
        scene.fake().before("state", Mono.error(busy()));
        Disposable call = subscribe(runtime.state(ID));

        scene.advance(Duration.ofMillis(49));
        assertThat(scene.log()).hasSize(1);
        scene.advance(Duration.ofMillis(102));
        assertThat(scene.log()).hasSize(2);

        call.dispose();
    }

    @Test
    void state_cancelledWhileItWaits_isNotRepeated() {
        scene.fake().before("state", Mono.error(busy()));
        Disposable call = subscribe(runtime.state(ID));

        call.dispose();
        scene.advance(ALL_WAITS);

        assertThat(scene.log()).containsExactly("state");
    }

    @Test
    void state_subscribedToTwice_hasAllAttemptsEachTime() {
        scene.addContainer();
        Mono<?> state = runtime.state(ID);
        int repeats = OPTIONS.repeats().maxAttempts() - 1;

        for (int round = 0; round < 2; round++) {
            scene.fake().before("state", failing(repeats, busy()));
            StepVerifier.create(state)
                    .then(() -> scene.advance(ALL_WAITS))
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(AT_ONCE);
        }
    }

    @Test
    void state_refused_isNotRepeated() {
        StepVerifier.create(runtime.state(ID))
                .expectError(NoSuchContainerException.class)
                .verify(AT_ONCE);

        assertThat(scene.log()).containsExactly("state");
    }

    static Stream<Unsafe> unsafe() {
        return Stream.of(
                new Unsafe("create", runtime -> runtime.create(ID, BUNDLE, CreateOptions.defaults())),
                new Unsafe("start", runtime -> runtime.start(ID)),
                new Unsafe("kill " + Signal.TERM, runtime -> runtime.kill(ID, Signal.TERM, KillOptions.init())));
    }

    @ParameterizedTest
    @MethodSource("unsafe")
    void busy_ofWhatMayHaveBeenDone_isNotRepeated(Unsafe unsafe) {
        scene.fake().before(unsafe.name(), Mono.error(busy()));

        StepVerifier.create(unsafe.call().apply(runtime))
                .expectError(RuntimeBusyException.class)
                .verify(AT_ONCE);

        assertThat(scene.log()).containsExactly(unsafe.name());
    }

    @ParameterizedTest
    @EnumSource(names = {"PROGRAM_BUSY", "TOO_MANY_PROCESSES", "TOO_MANY_DESCRIPTORS", "TOO_MANY_LAUNCHES"})
    void start_notBegun_isRepeatedSinceNothingWasDone(Reason reason) {
        scene.addContainer();
        scene.fake().before("start", failing(1, notStarted(reason)));

        StepVerifier.create(runtime.start(ID))
                .then(() -> scene.advance(ALL_WAITS))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.log()).containsExactly("start", "start");
    }

    @Test
    void kill_busy_isRepeated() {
        scene.addContainer();
        scene.fake().before("kill " + Signal.KILL, failing(1, busy()));

        StepVerifier.create(runtime.kill(ID, Signal.KILL, KillOptions.init()))
                .then(() -> scene.advance(ALL_WAITS))
                .expectComplete()
                .verify(AT_ONCE);
    }

    private static Disposable subscribe(Mono<?> call) {
        return call.subscribe(value -> {}, error -> {});
    }

    /** A call that must not be repeated once it has begun. */
    record Unsafe(String name, Function<OciRuntime, Mono<?>> call) {
        @Override
        public String toString() {
            return name;
        }
    }
}
