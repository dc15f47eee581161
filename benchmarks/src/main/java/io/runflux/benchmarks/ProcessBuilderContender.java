// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The JDK, used the way it is mostly used: a thread for each child, which reads to the end and then waits. */
final class ProcessBuilderContender implements Contender {
    private final ProcessBuilder builder;
    private final Scheduler threads;

    ProcessBuilderContender(List<String> command, int inFlight) {
        builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        threads = Schedulers.newBoundedElastic(inFlight, inFlight, "process-builder");
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
            Process child = builder.start();
            try (InputStream output = child.getInputStream()) {
                output.transferTo(OutputStream.nullOutputStream());
            }
            int code = child.waitFor();
            if (code != 0) {
                throw new ChildFailedException("ProcessBuilder", "ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a child", e);
        }
    }

    @Override
    public void close() {
        threads.dispose();
    }
}
