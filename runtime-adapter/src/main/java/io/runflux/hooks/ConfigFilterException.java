// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.oci.Hook;
import org.jspecify.annotations.Nullable;

/** A hook failed to filter a configuration. The cause says why. */
public final class ConfigFilterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which hook it was. */
    private final int index;

    /** The program of the hook. */
    private final String path;

    /** What the hook did wrong. */
    private final @Nullable HookException hookError;

    /** What the hooks before it made. */
    private final transient FilteredConfig partialResult;

    ConfigFilterException(
            int index, Hook hook, @Nullable HookException hookError, FilteredConfig partial, RuntimeException cause) {
        super("config filter hook " + index + " (" + hook.path() + "): " + cause.getMessage(), cause);
        this.index = index;
        this.path = hook.path();
        this.hookError = hookError;
        this.partialResult = partial;
    }

    /**
     * Returns which hook it was.
     *
     * @return its place in the list, from 0
     */
    public int index() {
        return index;
    }

    /**
     * Returns the program of the hook.
     *
     * @return the path
     */
    public String path() {
        return path;
    }

    /**
     * Returns what the hook did, which is not the cause if a limit or a cancellation ended it.
     *
     * @return what it did wrong; null if it ended well, or what it wrote is no configuration
     */
    public @Nullable HookException hookError() {
        return hookError;
    }

    /**
     * Returns what the hooks before this one made of the configuration.
     *
     * @return the configuration that this hook was given
     */
    public FilteredConfig partialResult() {
        return partialResult;
    }
}
