// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.oci.Hook;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A hook file of version 1.0.0. */
record HookDefinition(
        @Nullable Hook hook, @Nullable When when, @Nullable List<@Nullable String> stages) {
    static final String VERSION = "1.0.0";

    Hook checkedHook() {
        return Given.required("hook", hook);
    }

    HookCondition condition() {
        return when == null ? HookCondition.allOf(null, null, Map.of(), List.of()) : when.condition();
    }

    List<String> checkedStages() {
        return Given.texts("stages", stages);
    }

    /** Its {@code when}. */
    record When(
            @Nullable Boolean always,
            @Nullable Boolean hasBindMounts,
            @Nullable Map<String, @Nullable String> annotations,
            @Nullable List<@Nullable String> commands) {
        HookCondition condition() {
            return HookCondition.allOf(
                    always,
                    hasBindMounts,
                    Given.texts("when.annotations", annotations),
                    Given.texts("when.commands", commands));
        }
    }
}
