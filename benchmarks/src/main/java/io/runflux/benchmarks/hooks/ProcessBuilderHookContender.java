// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.hooks;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.runflux.benchmarks.MeasurementException;
import io.runflux.benchmarks.launch.Batch;
import io.runflux.benchmarks.launch.Contender;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Hooks by the JDK. A hook needs two threads: one that feeds it and waits for it with a limit, and one that reads its
 * output, since a read has no limit. Both are kept for the next hook.
 */
final class ProcessBuilderHookContender implements Contender {
    private static final String LABEL = "ProcessBuilder";

    private final ProcessBuilder builder;
    private final Scheduler threads;
    private final ExecutorService readers;
    private final byte[] state = HookState.toJson();

    ProcessBuilderHookContender(List<String> command, int inFlight) {
        builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        threads = Schedulers.newBoundedElastic(inFlight, inFlight, "process-builder");
        readers = Executors.newFixedThreadPool(inFlight);
    }

    @Override
    public Mono<Void> slot(Batch batch) {
        return Mono.<Void>fromRunnable(() -> runAll(batch)).subscribeOn(threads);
    }

    private void runAll(Batch batch) {
        do {
            long started = System.nanoTime();
            runOnce();
            batch.record(started);
        } while (batch.claim());
    }

    private void runOnce() {
        try {
            Process child = builder.start();
            Future<byte[]> output = readers.submit(() -> readToEnd(child));
            feed(child);
            int code = waitFor(child);
            if (code != 0) {
                throw new MeasurementException(LABEL + " ended with " + code);
            }
            expectState(output.get(HookBenchmark.TIMEOUT_SECONDS, SECONDS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new MeasurementException(LABEL + " left its output unread: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a hook", e);
        }
    }

    private static byte[] readToEnd(Process child) throws IOException {
        try (InputStream output = child.getInputStream()) {
            return output.readAllBytes();
        }
    }

    private void feed(Process child) {
        try (OutputStream input = child.getOutputStream()) {
            input.write(state);
        } catch (IOException e) {
            // A hook need not read its state: what it did says its exit status.
        }
    }

    private static int waitFor(Process child) throws InterruptedException {
        if (!child.waitFor(HookBenchmark.TIMEOUT_SECONDS, SECONDS)) {
            child.destroyForcibly();
            throw new MeasurementException(LABEL + " was killed: it exceeded its time limit");
        }
        return child.exitValue();
    }

    private void expectState(byte[] output) {
        if (!Arrays.equals(output, state)) {
            throw new MeasurementException(LABEL + " " + HookBenchmark.WRONG_OUTPUT);
        }
    }

    @Override
    public void close() {
        threads.dispose();
        readers.shutdownNow();
    }
}
