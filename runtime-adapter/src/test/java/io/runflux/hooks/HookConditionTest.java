// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.runflux.hooks.HookCondition.Answer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HookConditionTest {
    private static final HookSubject PLAIN = subject(List.of("/sbin/init", "-x"), false);
    private static final HookSubject BOUND = subject(List.of("/sbin/init"), true);
    private static final HookSubject NO_PROCESS = subject(null, false);
    private static final HookSubject NO_ARGS = subject(List.of(), false);

    private static HookSubject subject(@Nullable List<String> args, boolean hasBindMounts) {
        return new HookSubject(args, Map.of("com.example.team", "physics", "other", "secret"), hasBindMounts);
    }

    @ParameterizedTest
    @MethodSource
    void test_allMustHold(HookCondition condition, HookSubject subject, Answer expected) {
        assertThat(condition.test(subject)).isEqualTo(expected);
    }

    static Stream<Arguments> test_allMustHold() {
        return Stream.of(
                arguments(all(null, null, Map.of()), BOUND, no("when is empty")),
                arguments(all(true, null, Map.of()), PLAIN, yes("always")),
                arguments(all(false, null, Map.of()), PLAIN, no("always is false")),
                arguments(all(false, true, Map.of(), "init"), BOUND, no("always is false")),
                arguments(all(null, true, Map.of()), BOUND, yes("the container has bind mounts")),
                arguments(all(null, true, Map.of()), PLAIN, no("the container has no bind mounts")),
                arguments(all(null, false, Map.of()), PLAIN, no("hasBindMounts is false")),
                arguments(all(null, false, Map.of()), BOUND, no("hasBindMounts is false")),
                arguments(all(true, false, Map.of()), PLAIN, no("hasBindMounts is false")),
                arguments(
                        all(null, null, Map.of("^com\\.", "phys")),
                        PLAIN,
                        yes("annotation 'com.example.team' matches '^com\\.' = 'phys'")),
                arguments(
                        all(null, null, Map.of("^com\\.", "secret")),
                        PLAIN,
                        no("no annotation matches '^com\\.' = 'secret'")),
                arguments(
                        all(null, null, Map.of("team", "physics", "absent", ".*")),
                        PLAIN,
                        no("no annotation matches 'absent' = '.*'")),
                arguments(
                        all(null, null, Map.of(), "^/bin", "init$"),
                        PLAIN,
                        yes("command '/sbin/init' matches 'init$'")),
                arguments(
                        all(null, null, Map.of(), "^/bin", "-x"),
                        PLAIN,
                        no("command '/sbin/init' matches none of '^/bin', '-x'")),
                arguments(
                        all(null, null, Map.of(), "init"),
                        NO_PROCESS,
                        no("the container has no process whose command could match")),
                arguments(all(true, null, Map.of(), "init"), NO_PROCESS, yes("always")),
                arguments(all(null, true, Map.of(), "init"), NO_ARGS, no("the container has no bind mounts")),
                arguments(
                        all(null, true, Map.of(), "init"),
                        BOUND,
                        yes("the container has bind mounts; command '/sbin/init' matches 'init'")));
    }

    @ParameterizedTest
    @MethodSource
    void test_oneIsEnough(HookCondition condition, HookSubject subject, Answer expected) {
        assertThat(condition.test(subject)).isEqualTo(expected);
    }

    static Stream<Arguments> test_oneIsEnough() {
        return Stream.of(
                arguments(any(null, List.of()), BOUND, no("when is empty")),
                arguments(any(true, List.of("x")), BOUND, yes("the container has bind mounts")),
                arguments(
                        any(true, List.of("nothing", "phys")),
                        PLAIN,
                        yes("annotation 'com.example.team' matches '.*' = 'phys'")),
                arguments(any(false, List.of(), "init"), PLAIN, yes("command '/sbin/init' matches 'init'")),
                arguments(any(true, List.of(), "init"), NO_PROCESS, no("the container has no bind mounts")),
                arguments(
                        any(null, List.of("phys"), "init"),
                        NO_ARGS,
                        yes("annotation 'com.example.team' matches '.*' = 'phys'")),
                arguments(
                        any(true, List.of("a1", "(?i)b", "SECRET"), "sh"),
                        PLAIN,
                        no("the container has no bind mounts; no annotation matches '.*' = 'a1'; no annotation matches"
                                + " '.*' = '(?i)b'; no annotation matches '.*' = 'SECRET'; command '/sbin/init' matches"
                                + " none of 'sh'")));
    }

    @Test
    void test_noArgsWhereACommandDecides_isAnError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> all(true, null, Map.of(), "init").test(NO_ARGS))
                .withMessage("process.args must hold a command to be matched, was empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> any(true, List.of(), "init").test(NO_ARGS));
    }

    @Test
    void condition_badExpression_isRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> all(null, null, Map.of("a(", "b")))
                .withMessageStartingWith("annotation key 'a(' must be a regular expression: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> any(null, List.of("a", "b(")))
                .withMessageStartingWith("annotation value 'b(' must be");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> any(null, List.of(), "(?=a)"))
                .withMessageStartingWith("command '(?=a)' must be");
    }

    @Test
    void condition_longExpression_isRefused() {
        assertThat(any(null, List.of(), "(".repeat(500) + ")".repeat(500)).commands())
                .hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> any(null, List.of(), "(".repeat(501) + ")".repeat(500)))
                .withMessage("command must be at most 1000 characters, was 1001");
    }

    @Test
    void equals_comparesTexts() {
        assertThat(all(true, null, Map.of("a", "b"), "c"))
                .isEqualTo(all(true, null, Map.of("a", "b"), "c"))
                .hasSameHashCodeAs(all(true, null, Map.of("a", "b"), "c"))
                .isNotEqualTo(all(true, null, Map.of("a", "b"), "d"))
                .isNotEqualTo(all(true, null, Map.of("a", "x"), "c"))
                .isNotEqualTo(all(null, null, Map.of("a", "b"), "c"))
                .isNotEqualTo(all(true, true, Map.of("a", "b"), "c"));
        assertThat(any(null, List.of(), "c")).isNotEqualTo(all(null, null, Map.of(), "c"));
    }

    private static HookCondition all(
            @Nullable Boolean always, @Nullable Boolean bound, Map<String, String> annotations, String... commands) {
        return HookCondition.allOf(always, bound, annotations, List.of(commands));
    }

    private static HookCondition any(@Nullable Boolean bound, List<String> annotations, String... commands) {
        return HookCondition.anyOf(bound, annotations, List.of(commands));
    }

    private static Answer yes(String reason) {
        return new Answer(true, reason);
    }

    private static Answer no(String reason) {
        return new Answer(false, reason);
    }
}
