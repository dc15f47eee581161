// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.BUNDLE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.RuntimeTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class GuardedRuntimeTimeoutTest {
    private static final GuardOptions OPTIONS = GuardOptions.defaults();
    private static final Duration LIMIT = OPTIONS.limits().call();
    private static final Duration LIMIT_WITH_HOOKS = OPTIONS.limits().withHooks();
    private static final DeleteOptions BY_FORCE = DeleteOptions.defaults().withForce(true);

    private final GuardScene scene = new GuardScene();
    private final OciRuntime runtime = scene.guarded(OPTIONS);

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void state_hanging_isCancelledAtTheLimitAndNotRepeated() {
        scene.addContainer();
        scene.fake().before("state", Mono.never());

        StepVerifier.create(runtime.state(ID))
                .then(() -> scene.advance(LIMIT.minusMillis(1)))
                .then(() -> assertThat(scene.log()).containsExactly("state"))
                .then(() -> scene.advance(Duration.ofMillis(1)))
                .expectErrorMessage("the runtime did not read the state of container c1 within PT1M")
                .verify(AT_ONCE);

        scene.advance(Duration.ofHours(1));
        assertThat(scene.log()).containsExactly("state", "state cancelled");
    }

    @Test
    void create_hanging_hasTheLimitOfThoseWithHooks() {
        scene.fake().before("create", Mono.never());

        StepVerifier.create(runtime.create(ID, BUNDLE, CreateOptions.defaults()))
                .then(() -> scene.advance(LIMIT_WITH_HOOKS.minusMillis(1)))
                .then(() -> assertThat(scene.log()).containsExactly("create"))
                .then(() -> scene.advance(Duration.ofMillis(1)))
                .expectErrorMessage("the runtime did not create container c1 within PT2M; there is no such container")
                .verify(AT_ONCE);

        assertThat(scene.log()).containsExactly("create", "create cancelled", "state");
    }

    @Test
    void create_doneAndNotTold_failsBecauseTheProcessIsLost() {
        scene.fake().after("create", Mono.never());

        expectTimeout(runtime.create(ID, BUNDLE, CreateOptions.defaults()), ContainerStatus.CREATED);
    }

    @Test
    void start_doneAndNotTold_succeedsAfterAskingForTheState() {
        scene.addContainer();
        scene.fake().after("start", Mono.never());

        StepVerifier.create(runtime.start(ID))
                .then(() -> scene.advance(LIMIT_WITH_HOOKS))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.log()).containsExactly("start", "start cancelled", "state");
    }

    @Test
    void start_notDone_saysWhatTheContainerIs() {
        scene.addContainer();
        scene.fake().before("start", Mono.never());

        expectTimeout(runtime.start(ID), ContainerStatus.CREATED);
    }

    @Test
    void delete_doneAndNotTold_succeeds() {
        scene.addContainer();
        scene.fake().after("delete force", Mono.never());

        StepVerifier.create(runtime.delete(ID, BY_FORCE))
                .then(() -> scene.advance(LIMIT_WITH_HOOKS))
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void delete_notDone_saysWhatTheContainerIs() {
        scene.addContainer();
        scene.fake().before("delete force", Mono.never());

        expectTimeout(runtime.delete(ID, BY_FORCE), ContainerStatus.CREATED);
    }

    @Test
    void kill_containerHasStopped_succeeds() {
        scene.addContainer();
        scene.fake().after("kill " + Signal.KILL, Mono.never());

        StepVerifier.create(runtime.kill(ID, Signal.KILL, KillOptions.init()))
                .then(() -> scene.advance(LIMIT))
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void kill_anotherSignal_isNotKnownToHaveBeenSent() {
        scene.addContainer();
        scene.fake().after("kill " + Signal.TERM, Mono.never());

        expectTimeout(runtime.kill(ID, Signal.TERM, KillOptions.init()), ContainerStatus.STOPPED);
    }

    @Test
    void start_stateCannotBeRead_tellsTheTimeLimitAndSuppressesTheOther() {
        CommandFailedException failure = new CommandFailedException("no luck", null, null);
        scene.fake().before("start", Mono.never()).before("state", Mono.error(failure));

        StepVerifier.create(runtime.start(ID))
                .then(() -> scene.advance(LIMIT_WITH_HOOKS))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CallTimeoutException.class)
                        .hasMessage("the runtime did not start container c1 within PT2M")
                        .hasSuppressedException(failure))
                .verify(AT_ONCE);
    }

    @Test
    void start_theRuntimesOwnTimeLimit_isSettledAlike() {
        RuntimeTimeoutException late = new RuntimeTimeoutException("start c1", Duration.ofSeconds(3), null);
        scene.addContainer();
        scene.fake().before("start", Mono.error(late));

        StepVerifier.create(runtime.start(ID))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CallTimeoutException.class)
                        .hasMessageEndingWith("; the container is created")
                        .hasCause(late))
                .verify(AT_ONCE);
    }

    @Test
    void info_hanging_namesNoContainer() {
        scene.fake().before("info", Mono.never());

        StepVerifier.create(runtime.info())
                .then(() -> scene.advance(LIMIT))
                .expectErrorMessage("the runtime did not tell what it is within PT1M")
                .verify(AT_ONCE);
    }

    private void expectTimeout(Mono<?> call, ContainerStatus found) {
        StepVerifier.create(call)
                .then(() -> scene.advance(LIMIT_WITH_HOOKS))
                .expectErrorSatisfies(error -> {
                    assertThat(error).isInstanceOf(CallTimeoutException.class);
                    assertThat(error).hasMessageEndingWith("; the container is " + found);
                    assertThat(((CallTimeoutException) error).status()).isEqualTo(found);
                })
                .verify(AT_ONCE);
    }
}
