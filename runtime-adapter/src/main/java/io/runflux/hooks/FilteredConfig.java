// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.oci.Spec;
import java.util.List;

/**
 * A configuration that has passed through hooks.
 *
 * @param config the configuration as the last of them left it
 * @param changes what they changed, in their order; nothing of a hook that changed nothing
 */
public record FilteredConfig(Spec config, List<ConfigChange> changes) {
    /**
     * Copies the changes.
     *
     * @param config the configuration as the last hook left it
     * @param changes what they changed
     */
    public FilteredConfig {
        changes = List.copyOf(changes);
    }
}
