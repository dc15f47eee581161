// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import static io.runflux.host.CommandFixture.TIMEOUT;
import static io.runflux.host.CommandFixture.await;
import static io.runflux.host.CommandFixture.awaitLasting;
import static io.runflux.host.CommandFixture.awaitUntil;
import static io.runflux.host.CommandFixture.bytes;
import static io.runflux.host.CommandFixture.descriptors;
import static io.runflux.host.CommandFixture.failureOf;
import static io.runflux.host.CommandFixture.outputOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** How commands are cancelled, released, waited for and attached to, alike on every host. */
interface CommandLifeContract extends HostContract {
    @Test
    default void run_cancellationBefore_startsNothing() {
        Command command = sh("exit 0").withCancellation(Mono.empty());

        assertThatThrownBy(() -> command.run().block(TIMEOUT))
                .isInstanceOf(CancellationException.class)
                .hasMessage("command sh was cancelled before its start");
    }

    @Test
    default void output_cancellationLater_isAnExitWithWhatWasRead() {
        Sinks.Empty<Void> cancellation = Sinks.empty();
        Command command = sh("echo part; echo ready >&2; exec sleep 1000")
                .withStderr(stream -> stream.doOnNext(buffer -> cancellation.tryEmitEmpty()))
                .withCancellation(cancellation.asMono());

        CommandException failure = failureOf(command.output());

        assertThat(failure).hasMessage("command sh: process exited with exit code 137");
        assertThat(outputOf(failure)).isEqualTo("part\n");
    }

    @Test
    default void run_subscriptionCancelled_endsTheProcess() {
        Sinks.Empty<Void> ready = Sinks.empty();
        Disposable run = sh("echo ready; exec tail -f /dev/null")
                .withStdout(stream -> stream.doOnNext(buffer -> ready.tryEmitEmpty()))
                .run()
                .subscribe();
        ready.asMono().block(TIMEOUT);
        awaitUntil("it runs", () -> isRunning("tail"));

        run.dispose();

        awaitUntil("it has ended", () -> !isRunning("tail"));
    }

    @Test
    default void run_subscriptionCancelledDuringTheStart_leavesNothing() {
        await(sh("exit 0").withStdin(Flux.empty()).run());
        int before = descriptors();
        Command command = Command.of(host(), "tail", "-f", "/dev/null").withStdin(Flux.never());

        for (Duration moment : momentsOfAStart()) {
            Disposable run = command.withStdout(stream -> stream).run().subscribe();
            LockSupport.parkNanos(moment.toNanos());
            run.dispose();
        }

        awaitLasting("all descriptors are closed", () -> descriptors() <= before);
        awaitUntil("all have ended", () -> !isRunning("tail"));
    }

    @Test
    default void release_running_endsItAndTheWait() {
        StartedCommand started = await(sh("exec sleep 1000").start());
        assertThat(started.exitState().exitCode()).isEqualTo(-1);

        started.release().block(TIMEOUT);
        started.release().block(TIMEOUT);

        assertThatThrownBy(() -> started.waitFor().block(TIMEOUT)).isInstanceOf(CancellationException.class);
    }

    @Test
    default void waitFor_second_isRefused() {
        StartedCommand started = await(sh("exit 0").start());
        assertThat(await(started.waitFor()).exitCode()).isZero();

        assertThatThrownBy(() -> started.waitFor().block(TIMEOUT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("command sh was waited for before");
        assertThat(started.exitState().exitCode()).isZero();
        started.release().block(TIMEOUT);
    }

    @Test
    default void kill_process_saysWhetherItWasDelivered() {
        StartedCommand started = await(sh("exec sleep 1000").start());

        assertThat(await(started.process().kill())).isTrue();
        assertThat(failureOf(started.waitFor()).exitState().exitCode()).isEqualTo(137);
        assertThat(await(started.process().kill())).isFalse();
    }

    @Test
    default void attach_running_copiesItsStreams() {
        HostedProcess process = await(host().start(sh("cat; exit 5").process(), Pipes.all()));

        CommandException failure =
                failureOf(Command.attach(process).withStdin(bytes("hello")).output());

        assertThat(outputOf(failure)).isEqualTo("hello");
        assertThat(failure.exitState().exitCode()).isEqualTo(5);
    }

    @Test
    default void attach_cancelled_endsTheProcess() {
        HostedProcess process = await(host().start(sh("exec sleep 1000").process(), Pipes.none()));
        Sinks.Empty<Void> cancellation = Sinks.empty();
        StartedCommand started = await(
                Command.attach(process).withCancellation(cancellation.asMono()).start());

        cancellation.tryEmitEmpty();

        assertThat(failureOf(started.waitFor()).exitState().exitCode()).isEqualTo(137);
    }
}
