// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.oci.Hook;
import io.runflux.oci.Hooks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The stages of the specification, and hooks collected for them. */
final class HookStages {
    private static final String CREATE_RUNTIME = "createRuntime";
    private static final String CREATE_CONTAINER = "createContainer";
    private static final String START_CONTAINER = "startContainer";
    private static final String POSTSTART = "poststart";
    private static final String POSTSTOP = "poststop";
    /** Deprecated by the specification, and called where the runtime calls createRuntime. */
    private static final String PRESTART = "prestart";

    static final List<String> NAMES =
            List.of(PRESTART, CREATE_RUNTIME, CREATE_CONTAINER, START_CONTAINER, POSTSTART, POSTSTOP);

    private final Map<String, List<Hook>> added = new HashMap<>();

    static boolean isKnown(String stage, Set<String> extensionStages) {
        return NAMES.contains(stage) || extensionStages.contains(stage);
    }

    void add(String stage, Hook hook) {
        String called = stage.equals(PRESTART) ? CREATE_RUNTIME : stage;
        added.computeIfAbsent(called, name -> new ArrayList<>()).add(hook);
    }

    /** Returns what was there with what was added behind it. */
    @Nullable
    Hooks appendTo(@Nullable Hooks hooks) {
        if (added.isEmpty()) {
            return hooks;
        }
        Hooks old = hooks == null
                ? new Hooks(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Map.of())
                : hooks;
        return new Hooks(
                old.prestart(),
                append(old.createRuntime(), CREATE_RUNTIME),
                append(old.createContainer(), CREATE_CONTAINER),
                append(old.startContainer(), START_CONTAINER),
                append(old.poststart(), POSTSTART),
                append(old.poststop(), POSTSTOP),
                old.unknown());
    }

    private List<Hook> append(List<Hook> old, String stage) {
        List<Hook> all = new ArrayList<>(old);
        all.addAll(added.getOrDefault(stage, List.of()));
        return all;
    }
}
