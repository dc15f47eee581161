// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import static io.runflux.host.CommandFixture.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.OciProcess;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.OciRuntime;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/** What becomes of a process of a container whose runtime does as it is told. */
class ContainerHostTest {
    private final Queue<String> calls = new ConcurrentLinkedQueue<>();
    private final Sinks.One<ContainerProcess> exec = Sinks.one();
    private final Sinks.One<ExitStatus> exit = Sinks.one();
    private final ScriptedProcess process = new ScriptedProcess();
    private final OciRuntime runtime = (OciRuntime) Proxy.newProxyInstance(
            OciRuntime.class.getClassLoader(),
            new Class<?>[] {OciRuntime.class},
            (proxy, method, arguments) -> exec.asMono().doOnCancel(() -> calls.add("cancel " + method.getName())));
    private final Mono<HostedProcess> start =
            ProcessHost.container(runtime, ContainerId.of("c1")).start(OciProcess.of(List.of("x")), Pipes.none());

    @Test
    void start_cancelledWhileTheRuntimeIsBusy_endsTheProcessOnceItIsThere() {
        Disposable starting = start.subscribe();
        starting.dispose();
        assertThat(calls).isEmpty();

        exec.tryEmitValue(process).orThrow();
        assertThat(calls).containsExactly("signal SIGKILL");

        exit.tryEmitValue(ExitStatus.signaled(Signal.KILL)).orThrow();
        assertThat(calls).containsExactly("signal SIGKILL", "release");
    }

    @Test
    void start_cancelledAndTheRuntimeFails_isOver() {
        start.subscribe().dispose();
        exec.tryEmitError(new IllegalStateException("no")).orThrow();
        assertThat(calls).isEmpty();
    }

    @Test
    void release_hasEnded_killsNothing() {
        HostedProcess hosted = started();
        exit.tryEmitValue(ExitStatus.exited(0)).orThrow();

        hosted.release().block(TIMEOUT);

        assertThat(calls).containsExactly("release");
    }

    @Test
    void release_endsMeanwhile_waitsForTheExit() {
        HostedProcess hosted = started();
        process.signal = Mono.error(new ProcessAlreadyExitedException("it"));

        hosted.release().subscribe();
        assertThat(calls).containsExactly("signal SIGKILL");

        exit.tryEmitValue(ExitStatus.exited(0)).orThrow();
        assertThat(calls).containsExactly("signal SIGKILL", "release");
    }

    @Test
    void release_cannotBeKilled_isLetGoOf() {
        HostedProcess hosted = started();
        process.signal = Mono.error(new IllegalStateException("not allowed"));

        hosted.release().block(TIMEOUT);

        assertThat(calls).containsExactly("signal SIGKILL", "release");
    }

    private HostedProcess started() {
        exec.tryEmitValue(process).orThrow();
        return Objects.requireNonNull(start.block(TIMEOUT));
    }

    private final class ScriptedProcess implements ContainerProcess {
        private Mono<Void> signal = Mono.empty();

        @Override
        public int pid() {
            return 7;
        }

        @Override
        public ByteBufFlux stdout() {
            return ByteBufFlux.fromInbound(Flux.empty());
        }

        @Override
        public ByteBufFlux stderr() {
            return ByteBufFlux.fromInbound(Flux.empty());
        }

        @Override
        public Mono<Void> send(Publisher<? extends ByteBuf> source) {
            return Mono.empty();
        }

        @Override
        public Mono<ExitStatus> exit() {
            return exit.asMono();
        }

        @Override
        public Mono<Void> drained() {
            return Mono.empty();
        }

        @Override
        public Mono<Void> signal(Signal value) {
            return Mono.fromRunnable(() -> calls.add("signal " + value)).then(Mono.defer(() -> signal));
        }

        @Override
        public Mono<Void> resize(TerminalSize size) {
            return Mono.empty();
        }

        @Override
        public Mono<Void> release() {
            return Mono.fromRunnable(() -> calls.add("release"));
        }
    }
}
