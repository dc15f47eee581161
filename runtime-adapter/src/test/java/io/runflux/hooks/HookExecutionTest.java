// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static io.runflux.hooks.HookFixture.errorOf;
import static io.runflux.hooks.HookFixture.hookErrorOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.hooks.HookException.Reason;
import io.runflux.oci.Hook;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessException;
import io.runflux.process.ProcessLauncher;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.PublisherProbe;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When hooks are ended, in virtual time. */
class HookExecutionTest {
    private static final Hook HOOK = HookFixture.hook("/hook", "hook", "now");
    private static final Hook FIVE_SECONDS = HookFixture.withTimeout(HOOK, 5);
    private static final HookOptions DEFAULTS = HookOptions.defaults();
    private static final String KILL = "signal SIGKILL";
    private static final String RELEASE_AT_ONCE = "release PT0S";
    private static final String RELEASE = "release PT10S";
    private static final Duration TICK = Duration.ofMillis(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedProcess process = new ScriptedProcess();

    @AfterEach
    void dispose() {
        time.dispose();
    }

    @Test
    void run_endsByItself_isReleasedWithThePostKillTimeout() {
        CompletableFuture<HookResult> result = run(FIVE_SECONDS, DEFAULTS);
        time.advanceTimeBy(Duration.ofSeconds(5).minus(TICK));
        process.exits(ExitStatus.exited(0));
        assertThat(resultOf(result).error()).isNull();
        assertThat(process.calls).containsExactly(RELEASE);
    }

    @Test
    void run_hooksLimitPasses_killsAndSaysWhatAndWhy() {
        process.diesOfKill();
        CompletableFuture<HookResult> result = run(FIVE_SECONDS, DEFAULTS);
        time.advanceTimeBy(Duration.ofSeconds(5).minus(TICK));
        assertThat(process.calls).isEmpty();
        time.advanceTimeBy(TICK);
        assertThat(process.calls).containsExactly(KILL, RELEASE_AT_ONCE);
        assertThat(resultOf(result).hookError()).hasMessage("executing [hook now]: signal SIGKILL");
        assertThat(resultOf(result).error()).hasMessage("hook /hook was killed: it exceeded its time limit of 5s");
        assertThat(errorOf(resultOf(result)).reason()).isEqualTo(Reason.TIMED_OUT);
    }

    @ParameterizedTest
    @CsvSource({"5, 3000, 3000, 3s", "5, 8000, 5000, 5s", "0, 8000, 0, 0s", "-3, 8000, 0, -3s", "5, 0, 0, 0s"})
    void run_twoLimits_theLesserWins(int hooks, long callers, long expected, String words) {
        process.diesOfKill();
        CompletableFuture<HookResult> result =
                run(HookFixture.withTimeout(HOOK, hooks), DEFAULTS.withTimeout(Duration.ofMillis(callers)));
        assertEndsAt(result, Duration.ofMillis(expected));
        assertThat(errorOf(resultOf(result))).hasMessageEndingWith("time limit of " + words);
    }

    @Test
    void run_callersLimitAlone_counts() {
        process.diesOfKill();
        CompletableFuture<HookResult> result = run(HOOK, DEFAULTS.withTimeout(Duration.ofMillis(1500)));
        assertEndsAt(result, Duration.ofMillis(1500));
        assertThat(errorOf(resultOf(result))).hasMessageEndingWith("time limit of 1500ms");
    }

    @ParameterizedTest
    @CsvSource({"value", "completion", "error"})
    void run_cancelWhenSpeaks_killsAsCancelled(String word) {
        process.diesOfKill();
        Sinks.One<String> cancel = Sinks.one();
        CompletableFuture<HookResult> result = run(FIVE_SECONDS, DEFAULTS.withCancelWhen(cancel.asMono()));
        time.advanceTimeBy(Duration.ofSeconds(4));
        assertThat(process.calls).isEmpty();
        switch (word) {
            case "value" -> cancel.tryEmitValue("now");
            case "error" -> cancel.tryEmitError(new ArithmeticException());
            default -> cancel.tryEmitEmpty();
        }
        assertThat(process.calls).containsExactly(KILL, RELEASE_AT_ONCE);
        assertThat(errorOf(resultOf(result)).reason()).isEqualTo(Reason.CANCELLED);
        assertThat(resultOf(result).error()).hasMessage("hook /hook was killed: it was cancelled");
        assertThat(resultOf(result).status()).isEqualTo(ExitStatus.signaled(Signal.KILL));
    }

    @Test
    void run_cancelWhen_isSubscribedToOnceAndLetGoOf() {
        PublisherProbe<Void> cancel = PublisherProbe.of(Mono.never());
        CompletableFuture<HookResult> result = run(HOOK, DEFAULTS.withCancelWhen(cancel.mono()));
        assertThat(cancel.subscribeCount()).isEqualTo(1);
        cancel.assertWasNotCancelled();
        process.exits(ExitStatus.exited(0));
        assertThat(resultOf(result).error()).isNull();
        cancel.assertWasCancelled();
    }

    @Test
    void run_cancelWhenAllowsOneSubscriber_isNotTakenForCancelled() {
        Sinks.Many<String> unicast = Sinks.many().unicast().onBackpressureBuffer();
        CompletableFuture<HookResult> result =
                run(HOOK, DEFAULTS.withCancelWhen(unicast.asFlux().next()));
        process.exits(ExitStatus.exited(0));
        assertThat(resultOf(result).error()).isNull();
    }

    @Test
    void run_subscriptionCancelled_killsReleasesAndLetsGoOfCancelWhen() {
        PublisherProbe<Void> cancel = PublisherProbe.of(Mono.never());
        Disposable run = mono(process.launcher(), HOOK, DEFAULTS.withCancelWhen(cancel.mono()))
                .subscribe();
        run.dispose();
        assertThat(process.calls).containsExactly(KILL, RELEASE);
        cancel.assertWasCancelled();
    }

    @ParameterizedTest
    @CsvSource({"10000, 10s", "0, 0s", "500, 500ms"})
    void run_neverDies_isGivenUpAfterThePostKillTimeout(long millis, String words) {
        Duration postKill = Duration.ofMillis(millis);
        CompletableFuture<HookResult> result = run(FIVE_SECONDS, DEFAULTS.withPostKillTimeout(postKill));
        assertEndsAt(result, Duration.ofSeconds(5).plus(postKill));
        assertThat(process.calls).containsExactly(KILL, RELEASE_AT_ONCE);
        assertThat(resultOf(result).hookError())
                .hasMessage("failed to reap process within " + words + " of the kill signal");
        assertThat(hookErrorOf(resultOf(result)).reason()).isEqualTo(Reason.NOT_REAPED);
        assertThat(errorOf(resultOf(result)).reason()).isEqualTo(Reason.TIMED_OUT);
        assertThat(resultOf(result).status()).isNull();
    }

    @Test
    void options_postKillTimeout_isTenSecondsByDefault() {
        assertThat(DEFAULTS.postKillTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void run_outputOutlivesTheKill_isGivenUpWithTheStatus() {
        process.diesOfKill().output(Flux.never());
        HookOptions options = DEFAULTS.withStdout(HookOutput.into(stream -> stream));
        CompletableFuture<HookResult> result = run(FIVE_SECONDS, options);
        assertEndsAt(result, Duration.ofSeconds(15));
        assertThat(hookErrorOf(resultOf(result)).reason()).isEqualTo(Reason.NOT_REAPED);
        assertThat(resultOf(result).status()).isEqualTo(ExitStatus.signaled(Signal.KILL));
    }

    @Test
    void run_givenUp_cancelsTheConsumers() {
        PublisherProbe<Void> consumer = PublisherProbe.of(Mono.never());
        CompletableFuture<HookResult> result =
                run(FIVE_SECONDS, DEFAULTS.withStdout(HookOutput.into(stream -> consumer.mono())));
        time.advanceTimeBy(Duration.ofSeconds(15));
        assertThat(result).isDone();
        consumer.assertWasCancelled();
    }

    @ParameterizedTest
    @CsvSource({"0", "3"})
    void run_exitsBetweenKillAndGivingUp_saysWhatItDid(int code) {
        CompletableFuture<HookResult> result = run(FIVE_SECONDS, DEFAULTS);
        time.advanceTimeBy(Duration.ofSeconds(15).minus(TICK));
        assertThat(result).isNotDone();
        process.exits(ExitStatus.exited(code));
        if (code == 0) {
            assertThat(resultOf(result).hookError()).isNull();
        } else {
            assertThat(resultOf(result).hookError()).hasMessage("executing [hook now]: exit status 3");
        }
        assertThat(errorOf(resultOf(result)).reason()).isEqualTo(Reason.TIMED_OUT);
        assertThat(resultOf(result).isSuccess()).isFalse();
        assertThat(process.calls).containsExactly(KILL, RELEASE_AT_ONCE);
    }

    @Test
    void run_endsAtTheVeryLimit_isSuccessIfThatComesFirst() {
        scheduleExit(Duration.ofSeconds(5));
        CompletableFuture<HookResult> result = run(FIVE_SECONDS, DEFAULTS);
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(resultOf(result).error()).isNull();
        assertThat(process.calls).containsExactly(RELEASE);
    }

    @Test
    void run_endsAtTheVeryLimit_isTimedOutIfThatComesFirst() {
        CompletableFuture<HookResult> result = run(FIVE_SECONDS, DEFAULTS);
        scheduleExit(Duration.ofSeconds(5));
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(resultOf(result).hookError()).isNull();
        assertThat(errorOf(resultOf(result)).reason()).isEqualTo(Reason.TIMED_OUT);
    }

    @Test
    void run_launchHangs_isGivenUpAndCancelled() {
        PublisherProbe<Void> launch = PublisherProbe.of(Mono.never());
        CompletableFuture<HookResult> result =
                mono(process.launcher(launch.mono()), FIVE_SECONDS, DEFAULTS).toFuture();
        assertEndsAt(result, Duration.ofSeconds(25));
        launch.assertWasCancelled();
        assertThat(process.calls).isEmpty();
        assertThat(resultOf(result).hookError())
                .hasMessage("hook /hook was not started within its limit, the post-kill timeout and ten seconds");
        assertThat(hookErrorOf(resultOf(result)).reason()).isEqualTo(Reason.NOT_STARTED);
        assertThat(errorOf(resultOf(result)).reason()).isEqualTo(Reason.TIMED_OUT);
    }

    @Test
    void run_launchHangsAndIsCancelled_isGivenUpAfterThePostKillTimeout() {
        CompletableFuture<HookResult> result = mono(
                        process.launcher(Mono.never()), HOOK, DEFAULTS.withCancelWhen(Mono.empty()))
                .toFuture();
        assertEndsAt(result, Duration.ofSeconds(20));
        assertThat(errorOf(resultOf(result)).reason()).isEqualTo(Reason.CANCELLED);
    }

    @Test
    void run_launchTakesLong_limitCountsFromTheStart() {
        process.diesOfKill();
        Mono<Long> launch = Mono.delay(Duration.ofSeconds(12), time);
        CompletableFuture<HookResult> result =
                mono(process.launcher(launch), FIVE_SECONDS, DEFAULTS).toFuture();
        assertEndsAt(result, Duration.ofSeconds(17));
        assertThat(hookErrorOf(resultOf(result)).reason()).isEqualTo(Reason.FAILED);
        assertThat(errorOf(resultOf(result)).reason()).isEqualTo(Reason.TIMED_OUT);
    }

    @Test
    void run_cancelledDuringALongLaunch_isKilledAtItsStart() {
        process.diesOfKill();
        Mono<Long> launch = Mono.delay(Duration.ofSeconds(9), time);
        CompletableFuture<HookResult> result = mono(
                        process.launcher(launch), HOOK, DEFAULTS.withCancelWhen(Mono.empty()))
                .toFuture();
        assertEndsAt(result, Duration.ofSeconds(9));
        assertThat(process.calls).containsExactly(KILL, RELEASE_AT_ONCE);
        assertThat(errorOf(resultOf(result)).reason()).isEqualTo(Reason.CANCELLED);
    }

    @Test
    void run_killFails_isWaitedForAllTheSame() {
        process.onKill(Mono.error(() -> new ProcessException("signalling process 7: operation not permitted", null)));
        CompletableFuture<HookResult> result = run(FIVE_SECONDS, DEFAULTS);
        assertEndsAt(result, Duration.ofSeconds(15));
        assertThat(hookErrorOf(resultOf(result)).reason()).isEqualTo(Reason.NOT_REAPED);
    }

    @Test
    void run_killComesTooLate_isNoError() {
        process.onKill(Mono.defer(() -> {
            process.exits(ExitStatus.exited(0));
            return Mono.error(new ProcessAlreadyExitedException("process 7"));
        }));
        CompletableFuture<HookResult> result = run(FIVE_SECONDS, DEFAULTS);
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(resultOf(result).hookError()).isNull();
        assertThat(errorOf(resultOf(result)).reason()).isEqualTo(Reason.TIMED_OUT);
    }

    @Test
    void run_killsGroup_signalsTheGroup() {
        process.diesOfKill();
        CompletableFuture<HookResult> result = run(FIVE_SECONDS, DEFAULTS.withKillsGroup(true));
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(result).isDone();
        assertThat(process.calls).containsExactly("signalGroup SIGKILL", RELEASE_AT_ONCE);
    }

    @Test
    void run_releaseTakesTime_isWaitedFor() {
        process.onRelease(Mono.delay(Duration.ofSeconds(1), time).then());
        CompletableFuture<HookResult> result = run(HOOK, DEFAULTS);
        process.exits(ExitStatus.exited(0));
        assertEndsAt(result, Duration.ofSeconds(1));
    }

    private CompletableFuture<HookResult> run(Hook hook, HookOptions options) {
        return mono(process.launcher(), hook, options).toFuture();
    }

    private Mono<HookResult> mono(ProcessLauncher launcher, Hook hook, HookOptions options) {
        return new ProcessHookRunner(launcher, time).run(hook, new byte[0], options);
    }

    private void scheduleExit(Duration delay) {
        time.schedule(() -> process.exits(ExitStatus.exited(0)), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void assertEndsAt(CompletableFuture<HookResult> result, Duration moment) {
        if (!moment.isZero()) {
            time.advanceTimeBy(moment.minus(TICK));
            assertThat(result).isNotDone();
            time.advanceTimeBy(TICK);
        }
        assertThat(result).isDone();
    }

    private static HookResult resultOf(CompletableFuture<HookResult> result) {
        assertThat(result).isDone();
        return Objects.requireNonNull(result.join());
    }
}
