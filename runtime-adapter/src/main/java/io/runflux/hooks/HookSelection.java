// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.oci.Hook;
import io.runflux.oci.Spec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The hooks that are for one container.
 *
 * @param spec the configuration, with the hooks that its runtime calls behind those that it had
 * @param extensionHooks for each extension stage that has some the files whose hooks are to be called, in order; the
 *     runtime does not call them
 * @param verdicts what became of every hook file, in order
 */
public record HookSelection(Spec spec, Map<String, List<HookFile>> extensionHooks, List<HookVerdict> verdicts) {
    /**
     * Checks and copies the values.
     *
     * @param spec the configuration, with the hooks that its runtime calls behind those that it had
     * @param extensionHooks for each extension stage that has some the files whose hooks are to be called, in order;
     *     the runtime does not call them
     * @param verdicts what became of every hook file, in order
     */
    public HookSelection {
        Objects.requireNonNull(spec, "spec");
        Map<String, List<HookFile>> copy = new LinkedHashMap<>();
        extensionHooks.forEach((stage, files) -> copy.put(stage, List.copyOf(files)));
        extensionHooks = Map.copyOf(copy);
        verdicts = List.copyOf(verdicts);
    }

    /**
     * Returns the hooks of an extension stage.
     *
     * @param stage its name, such as {@code precreate}
     * @return the hooks, in the order in which they are to be called; empty if the stage has none
     */
    public List<Hook> hooksOf(String stage) {
        return extensionHooks.getOrDefault(stage, List.of()).stream()
                .map(HookFile::hook)
                .toList();
    }
}
