// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.benchmarks.MeasurementException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The JDK, used the way it is mostly used: a thread for each child, which reads to the end and then waits. */
final class ProcessBuilderContender implements Contender {
    private final Child child;
    private final ProcessBuilder builder;
    private final Scheduler threads;

    ProcessBuilderContender(Child child, ExecutorService executor) {
        this.child = child;
        builder = new ProcessBuilder(child.program().toString())
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        threads = Schedulers.fromExecutorService(executor);
    }

    static ExecutorService platform(int threads) {
        return Executors.newFixedThreadPool(threads);
    }

    /** Java 17, for which this is compiled, has no such method. */
    static ExecutorService virtual() {
        try {
            return (ExecutorService) MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class))
                    .invoke();
        } catch (Throwable e) {
            throw new MeasurementException("this Java has no virtual threads: " + e);
        }
    }

    @Override
    public Mono<Void> slot(Batch batch) {
        return Mono.<Void>fromRunnable(() -> launchAll(batch)).subscribeOn(threads);
    }

    private void launchAll(Batch batch) {
        do {
            long started = System.nanoTime();
            launchOnce();
            batch.record(started);
        } while (batch.claim());
    }

    private void launchOnce() {
        try {
            Process process = builder.start();
            try (InputStream output = process.getInputStream()) {
                long read = output.transferTo(OutputStream.nullOutputStream());
                child.check("ProcessBuilder", process.waitFor(), read);
            }
        } catch (IOException e) {
            throw new MeasurementException("ProcessBuilder: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MeasurementException("interrupted while waiting for a child");
        }
    }

    @Override
    public void close() {
        threads.dispose();
    }
}
