// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.orchestrator.LaunchRequest;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.RestoreOptions;
import java.util.Objects;

/**
 * The request to launch a container that goes on from an image.
 *
 * @param launch what to launch, and how
 * @param options where the image is, and how to go on; what they say of the creation is not carried
 */
public record RestoreBody(LaunchRequest launch, RestoreOptions options) {
    /**
     * Drops what the options say of the creation.
     *
     * @param launch what to launch, and how
     * @param options where the image is, and how to go on
     */
    public RestoreBody {
        Objects.requireNonNull(launch, "launch");
        Objects.requireNonNull(options, "options");
        options = options.withCreate(CreateOptions.defaults());
    }
}
