// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.oci.Hook;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A hook file of version 0.1.0. The names in the singular are the older ones. */
record OldHookDefinition(
        @Nullable String hook,
        @Nullable List<@Nullable String> arguments,
        @Nullable List<@Nullable String> stages,
        @Nullable List<@Nullable String> stage,
        @Nullable List<@Nullable String> cmds,
        @Nullable List<@Nullable String> cmd,
        @Nullable List<@Nullable String> annotations,
        @Nullable List<@Nullable String> annotation,
        @Nullable Boolean hasbindmounts) {
    static final String VERSION = "0.1.0";

    Hook checkedHook() {
        String path = Given.required("hook", hook);
        List<String> args = new ArrayList<>(Given.texts("arguments", arguments));
        if (arguments != null) {
            args.add(0, path);
        }
        return new Hook(path, args, List.of(), null, Map.of());
    }

    HookCondition condition() {
        return HookCondition.anyOf(
                hasbindmounts, oneOf("annotations", annotations, annotation), oneOf("cmds", cmds, cmd));
    }

    List<String> checkedStages() {
        return oneOf("stages", stages, stage);
    }

    private static List<String> oneOf(
            String name, @Nullable List<@Nullable String> values, @Nullable List<@Nullable String> older) {
        if (values != null && older != null) {
            throw new IllegalArgumentException(
                    "only one of '" + name + "' and '" + name.substring(0, name.length() - 1) + "' may be given");
        }
        return Given.texts(name, values == null ? older : values);
    }
}
