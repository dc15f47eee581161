// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.runflux.files.TrustedFiles;
import io.runflux.process.ProcessGroup;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.process.Stdio;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * One attempt to start a logging driver, which goes to the subscriber when it is ready. One that does not get ready, or
 * that nobody waits for any more, is killed.
 */
final class DriverOpening extends BaseSubscriber<RunningProcess> {
    /** It does not grow: what a driver was given and did not read before it dies is lost. */
    private static final int PIPE_BYTES = 64 * 1024;

    private final StdioUri uri;
    private final UpstreamOptions options;
    private final DriverOptions drivers;
    private final CoreSubscriber<? super UpstreamIo> subscriber;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.IDLE);
    private volatile @Nullable DriverUpstream upstream;

    private DriverOpening(
            StdioUri uri,
            UpstreamOptions options,
            DriverOptions drivers,
            CoreSubscriber<? super UpstreamIo> subscriber) {
        this.uri = uri;
        this.options = options;
        this.drivers = drivers;
        this.subscriber = subscriber;
    }

    static Mono<UpstreamIo> open(StdioUri uri, UpstreamOptions options) {
        DriverOptions drivers = options.drivers();
        if (drivers == null) {
            return Mono.error(
                    () -> new UpstreamException("cannot open " + uri + ": no logging driver is allowed", null));
        }
        return new Mono<UpstreamIo>() {
            @Override
            public void subscribe(CoreSubscriber<? super UpstreamIo> actual) {
                actual.onSubscribe(new Handle(new DriverOpening(uri, options, drivers, actual)));
            }
        }.checkpoint("open " + uri);
    }

    private void begin() {
        LogThreads.call(() -> toSpec(uri, drivers))
                .flatMap(drivers.launcher()::launch)
                .subscribe(this);
    }

    private static ProcessSpec toSpec(StdioUri uri, DriverOptions drivers) throws IOException {
        Path executable = uri.requirePath();
        if (!drivers.allowedExecutables().contains(executable)) {
            throw new FileSystemException(
                    executable.toString(),
                    null,
                    "is none of the allowed logging drivers, which are "
                            + drivers.allowedExecutables().stream().sorted().toList());
        }
        Path real = TrustedFiles.ofThisUser().checkFile(executable);
        if (!real.equals(executable)) {
            throw new FileSystemException(
                    executable.toString(), null, "must be reached through no symbolic link, is '" + real + "'");
        }
        return ProcessSpec.program(executable)
                .arguments(toArguments(uri.parameters()))
                .environment("CONTAINER_ID", drivers.containerId().value())
                .environment("CONTAINER_NAMESPACE", drivers.namespace())
                .workingDirectory(Path.of("/"))
                .group(ProcessGroup.NEW_GROUP)
                .descriptor(DriverUpstream.STDOUT_DESCRIPTOR, Stdio.inputPipe())
                .descriptor(DriverUpstream.STDERR_DESCRIPTOR, Stdio.inputPipe())
                .descriptor(DriverUpstream.READY_DESCRIPTOR, Stdio.outputPipe())
                .pipeBytes(PIPE_BYTES)
                .build();
    }

    private static List<String> toArguments(Map<String, String> parameters) {
        List<String> arguments = new ArrayList<>();
        parameters.forEach((key, value) -> {
            arguments.add(key);
            arguments.add(value);
        });
        return arguments;
    }

    @Override
    protected void hookOnNext(RunningProcess process) {
        DriverUpstream started = new DriverUpstream(uri, options, drivers.limits(), process);
        upstream = started;
        started.begin();
        started.ready().subscribe(nothing -> {}, error -> abort(started, error), () -> deliver(started));
        if (phase.get() == Phase.CANCELLED) {
            abort(started);
        }
    }

    @Override
    protected void hookOnError(Throwable error) {
        fail(error);
    }

    private void abort(DriverUpstream started, Throwable error) {
        started.abort().subscribe(nothing -> {}, stuck -> fail(error), () -> fail(error));
    }

    private static void abort(DriverUpstream started) {
        started.abort().subscribe(nothing -> {}, stuck -> {});
    }

    private void deliver(DriverUpstream started) {
        if (phase.compareAndSet(Phase.STARTED, Phase.DONE)) {
            subscriber.onNext(started);
            subscriber.onComplete();
        } else {
            abort(started);
        }
    }

    private void fail(Throwable error) {
        if (phase.compareAndSet(Phase.STARTED, Phase.DONE)) {
            subscriber.onError(new UpstreamException("cannot open " + uri + ": " + Failures.why(error), error));
        }
    }

    private void giveUp() {
        Phase before = phase.getAndUpdate(current -> current == Phase.DONE ? current : Phase.CANCELLED);
        DriverUpstream started = upstream;
        if (before == Phase.STARTED) {
            cancel();
            if (started != null) {
                abort(started);
            }
        }
    }

    /** What the subscriber holds of it. */
    private record Handle(DriverOpening opening) implements Subscription {
        @Override
        public void request(long n) {
            if (Operators.validate(n) && opening.phase.compareAndSet(Phase.IDLE, Phase.STARTED)) {
                opening.begin();
            }
        }

        @Override
        public void cancel() {
            opening.giveUp();
        }
    }

    private enum Phase {
        IDLE,
        STARTED,
        DONE,
        CANCELLED
    }
}
