// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Writes which tests were skipped, and why, to {@code target/skipped-tests.txt} of the module: one line each. */
public final class SkippedTests implements TestExecutionListener {
    private static final Path TARGET = Path.of("target");

    private final List<String> lines = new CopyOnWriteArrayList<>();

    /** Public for the service loader. */
    public SkippedTests() {}

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        lines.add(test.getLegacyReportingName() + ": " + reason);
    }

    /** An assumption that does not hold skips a test as well. */
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
            String reason = result.getThrowable().map(Throwable::getMessage).orElse("aborted");
            lines.add(test.getLegacyReportingName() + ": " + reason);
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (Files.isDirectory(TARGET)) {
            try {
                Files.write(TARGET.resolve("skipped-tests.txt"), lines);
            } catch (IOException e) {
                throw new IllegalStateException("cannot say which tests were skipped", e);
            }
        }
    }
}
