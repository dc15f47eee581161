// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Skips a test where the machine lacks what it needs, and says what that is. Where the environment variable
 * {@code RUNFLUX_REQUIRE_ALL} is {@code true}, as in continuous integration, the test fails instead.
 */
public final class Requirements implements ExecutionCondition {
    static final String REQUIRE_ALL = "RUNFLUX_REQUIRE_ALL";

    private static final List<String> SYSTEM_DIRECTORIES =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/lib/cni");

    /** Public for JUnit. */
    public Requirements() {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> missing = context.getElement().map(Requirements::missing).orElse(List.of());
        return evaluate(missing, "true".equals(System.getenv(REQUIRE_ALL)));
    }

    static ConditionEvaluationResult evaluate(List<String> missing, boolean isAllRequired) {
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("nothing is missing");
        }
        String reason = String.join(", ", missing);
        if (isAllRequired) {
            throw new IllegalStateException(reason + ", and " + REQUIRE_ALL + " is set");
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    static List<String> missing(AnnotatedElement element) {
        List<String> missing = new ArrayList<>();
        AnnotationSupport.findAnnotation(element, RequiresRoot.class)
                .filter(root -> !isRoot())
                .ifPresent(root -> missing.add("needs root"));
        AnnotationSupport.findAnnotation(element, RequiresRuntime.class)
                .ifPresent(runtimes -> addMissing("runtime", runtimes.value(), missing));
        AnnotationSupport.findAnnotation(element, RequiresProgram.class)
                .ifPresent(programs -> addMissing("program", programs.value(), missing));
        return missing;
    }

    private static void addMissing(String kind, String[] names, List<String> missing) {
        Arrays.stream(names)
                .filter(name -> !isInstalled(name))
                .forEach(name -> missing.add(kind + " " + name + " is not installed"));
    }

    private static boolean isInstalled(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Arrays.stream(path.split(":", -1)), SYSTEM_DIRECTORIES.stream())
                .filter(directory -> directory.startsWith("/"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException notLinux) {
            return false;
        }
    }
}
