// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that leaves something behind, or that did something where no test could see it.
 *
 * <p>After all tests of a class, and after its {@code @AfterAll} methods, it waits up to five seconds until there are
 * no more child processes, descriptors and threads than before the class; what is left then is named. It also fails on
 * errors that Reactor dropped, on exceptions that ended a thread, on blocking calls of threads that must not block, and
 * on buffers that Netty found leaked. It applies to every class, without registration.
 */
public final class LeakGuard implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    /** The configuration parameter for another wait than five seconds, in milliseconds. */
    static final String SETTLE_MILLIS = "runflux.guard.settle-millis";

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(LeakGuard.class);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

    /** Public for the service loader. */
    public LeakGuard() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        GuardSession.install();
        if (isOutermost(context)) {
            context.getStore(NAMESPACE).put(Baseline.class, Baseline.capture());
        }
    }

    /** A test that resets Reactor's hooks takes ours away as well. */
    @Override
    public void beforeEach(ExtensionContext context) {
        DroppedErrors.install();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (!isOutermost(context)) {
            return;
        }
        Baseline before = Objects.requireNonNull(context.getStore(NAMESPACE).get(Baseline.class, Baseline.class));
        List<String> leaks = awaitNoLeaks(before, settleTime(context));
        NettyLeaks.findAll();
        List<String> findings = new ArrayList<>(leaks);
        findings.addAll(Incidents.take());
        if (!findings.isEmpty()) {
            throw new AssertionError(report(context.getDisplayName(), findings));
        }
    }

    /** A nested class shares what the class around it opened. */
    private static boolean isOutermost(ExtensionContext context) {
        return context.getParent().flatMap(ExtensionContext::getTestClass).isEmpty();
    }

    private static Duration settleTime(ExtensionContext context) {
        return context.getConfigurationParameter(SETTLE_MILLIS, Long::valueOf)
                .map(Duration::ofMillis)
                .orElse(Duration.ofSeconds(5));
    }

    private static List<String> awaitNoLeaks(Baseline before, Duration settleTime) {
        long deadline = System.nanoTime() + settleTime.toNanos();
        List<String> leaks = Baseline.capture().addedSince(before);
        while (!leaks.isEmpty() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
            leaks = Baseline.capture().addedSince(before);
        }
        return leaks;
    }

    private static String report(String testClass, List<String> findings) {
        return testClass + " left behind or did, unseen by its tests:\n  - " + String.join("\n  - ", findings);
    }

    private record Baseline(ChildProcesses children, OpenDescriptors descriptors, LiveThreads threads) {
        static Baseline capture() {
            return new Baseline(ChildProcesses.capture(), OpenDescriptors.capture(), LiveThreads.capture());
        }

        List<String> addedSince(Baseline before) {
            List<String> added = new ArrayList<>(children.addedSince(before.children));
            added.addAll(descriptors.addedSince(before.descriptors));
            added.addAll(threads.addedSince(before.threads));
            return added;
        }
    }
}
