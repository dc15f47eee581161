// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which containers a hook is for.
 *
 * <p>Regular expressions are those of RE2, at most {@value #MAX_EXPRESSION} characters long, matched in linear time;
 * they match anywhere in a text unless they say otherwise. Two conditions are equal if they were made of the same
 * texts. Immutable.
 */
public final class HookCondition {
    /** How long a regular expression may be, in characters. */
    public static final int MAX_EXPRESSION = 1_000;

    private final @Nullable Boolean always;
    private final @Nullable Boolean hasBindMounts;
    private final List<Annotation> annotations;
    private final List<String> commands;
    private final boolean isAnyEnough;
    private final List<AnnotationPattern> annotationPatterns;
    private final List<Pattern> commandPatterns;

    private HookCondition(
            @Nullable Boolean always,
            @Nullable Boolean hasBindMounts,
            List<Annotation> annotations,
            List<String> commands,
            boolean isAnyEnough) {
        this.always = always;
        this.hasBindMounts = hasBindMounts;
        this.annotations = List.copyOf(annotations);
        this.commands = List.copyOf(commands);
        this.isAnyEnough = isAnyEnough;
        this.annotationPatterns =
                annotations.stream().map(AnnotationPattern::compile).toList();
        this.commandPatterns =
                commands.stream().map(command -> pattern("command", command)).toList();
    }

    /** All that is given must hold. */
    static HookCondition allOf(
            @Nullable Boolean always,
            @Nullable Boolean hasBindMounts,
            Map<String, String> annotations,
            List<String> commands) {
        List<Annotation> all = annotations.entrySet().stream()
                .map(entry -> new Annotation(entry.getKey(), entry.getValue()))
                .toList();
        return new HookCondition(always, hasBindMounts, all, commands, false);
    }

    /** One of what is given is enough, and an annotation may have any key. */
    static HookCondition anyOf(@Nullable Boolean hasBindMounts, List<String> values, List<String> commands) {
        List<Annotation> any =
                values.stream().map(value -> new Annotation(".*", value)).toList();
        return new HookCondition(null, hasBindMounts, any, commands, true);
    }

    /** A longer expression could nest deeper than the stack of the compiler is. */
    private static Pattern pattern(String what, String expression) {
        if (expression.length() > MAX_EXPRESSION) {
            throw new IllegalArgumentException(
                    what + " must be at most " + MAX_EXPRESSION + " characters, was " + expression.length());
        }
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    what + " '" + expression + "' must be a regular expression: " + e.getDescription(), e);
        }
    }

    /**
     * Returns whether the hook is for every container.
     *
     * @return true if it is, false if it is for none, or null if this says nothing
     */
    public @Nullable Boolean always() {
        return always;
    }

    /**
     * Returns whether the hook is for containers with bind mounts. False makes no container match, as in the reference.
     *
     * @return true if it is, false if it is for none, or null if this says nothing
     */
    public @Nullable Boolean hasBindMounts() {
        return hasBindMounts;
    }

    /**
     * Returns the annotations that the container must have: for each entry one whose key and value both match.
     *
     * @return expressions of keys and values
     */
    public List<Annotation> annotations() {
        return annotations;
    }

    /**
     * Returns the commands, of which one must match the first argument of the container's process. They do not count
     * for a container without a process.
     *
     * @return expressions
     */
    public List<String> commands() {
        return commands;
    }

    /**
     * Returns whether one of what is given is enough, as in hook files of version 0.1.0.
     *
     * @return false if all that is given must hold
     */
    public boolean isAnyEnough() {
        return isAnyEnough;
    }

    /**
     * Tells whether the container is one that the hook is for.
     *
     * @throws IllegalArgumentException if a command has to match and the container's process has no arguments
     */
    Answer test(HookSubject subject) {
        if (isEmpty()) {
            return new Answer(false, "when is empty");
        }
        List<Supplier<Answer>> checks = checks(subject);
        return checks.isEmpty()
                ? new Answer(false, "the container has no process whose command could match")
                : combine(checks);
    }

    private boolean isEmpty() {
        return always == null && hasBindMounts == null && annotations.isEmpty() && commands.isEmpty();
    }

    /** The order is the reference's: what decides before the commands spares a process without arguments the error. */
    private List<Supplier<Answer>> checks(HookSubject subject) {
        List<Supplier<Answer>> checks = new ArrayList<>();
        if (always != null) {
            checks.add(() -> new Answer(always, always ? "always" : "always is false"));
        }
        if (hasBindMounts != null) {
            checks.add(() -> bindMounts(hasBindMounts, subject));
        }
        annotationPatterns.forEach(pattern -> checks.add(() -> pattern.find(subject.annotations())));
        if (!commands.isEmpty() && subject.args() != null) {
            List<String> args = subject.args();
            checks.add(() -> command(args));
        }
        return checks;
    }

    private static Answer bindMounts(boolean wanted, HookSubject subject) {
        if (!wanted) {
            return new Answer(false, "hasBindMounts is false");
        }
        return subject.hasBindMounts()
                ? new Answer(true, "the container has bind mounts")
                : new Answer(false, "the container has no bind mounts");
    }

    private Answer command(List<String> args) {
        if (args.isEmpty()) {
            throw new IllegalArgumentException("process.args must hold a command to be matched, was empty");
        }
        String command = args.get(0);
        return commandPatterns.stream()
                .filter(pattern -> pattern.matcher(command).find())
                .findFirst()
                .map(pattern -> new Answer(true, "command '" + command + "' matches '" + pattern + "'"))
                .orElseGet(() -> new Answer(false, "command '" + command + "' matches none of " + quoted(commands)));
    }

    private static String quoted(List<String> texts) {
        return texts.stream().collect(Collectors.joining("', '", "'", "'"));
    }

    private Answer combine(List<Supplier<Answer>> checks) {
        List<String> reasons = new ArrayList<>();
        for (Supplier<Answer> check : checks) {
            Answer answer = check.get();
            if (answer.matches() == isAnyEnough) {
                return answer;
            }
            reasons.add(answer.reason());
        }
        return new Answer(!isAnyEnough, String.join("; ", reasons));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HookCondition that
                && Objects.equals(always, that.always)
                && Objects.equals(hasBindMounts, that.hasBindMounts)
                && annotations.equals(that.annotations)
                && commands.equals(that.commands)
                && isAnyEnough == that.isAnyEnough;
    }

    @Override
    public int hashCode() {
        return Objects.hash(always, hasBindMounts, annotations, commands, isAnyEnough);
    }

    /** Names what is given. */
    @Override
    public String toString() {
        return "HookCondition[always=" + always + ", hasBindMounts=" + hasBindMounts + ", annotations=" + annotations
                + ", commands=" + commands + ", isAnyEnough=" + isAnyEnough + "]";
    }

    /**
     * An annotation that a container must have.
     *
     * @param key an expression of its key
     * @param value an expression of its value
     */
    public record Annotation(String key, String value) {
        /**
         * Checks the values.
         *
         * @param key an expression of its key
         * @param value an expression of its value
         */
        public Annotation {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
        }
    }

    /** Whether a container matches, and why or why not. */
    record Answer(boolean matches, String reason) {}

    private record AnnotationPattern(Pattern key, Pattern value) {
        static AnnotationPattern compile(Annotation annotation) {
            return new AnnotationPattern(
                    pattern("annotation key", annotation.key()), pattern("annotation value", annotation.value()));
        }

        /** Names the key of what was found and not its value, which may be a secret. */
        Answer find(Map<String, String> annotations) {
            String wanted = "'" + key + "' = '" + value + "'";
            return annotations.entrySet().stream()
                    .filter(this::matches)
                    .findFirst()
                    .map(found -> new Answer(true, "annotation '" + found.getKey() + "' matches " + wanted))
                    .orElseGet(() -> new Answer(false, "no annotation matches " + wanted));
        }

        private boolean matches(Map.Entry<String, String> annotation) {
            return key.matcher(annotation.getKey()).find()
                    && value.matcher(annotation.getValue()).find();
        }
    }
}
