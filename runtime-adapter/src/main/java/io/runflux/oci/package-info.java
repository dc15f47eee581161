/**
 * The configuration, the state, the limits and the use of a container, and the features of a runtime, as the OCI
 * runtime specification and the runtimes have them, as values that keep what they do not know. Start at
 * {@link io.runflux.oci.Spec}, {@link io.runflux.oci.ContainerState} and {@link io.runflux.oci.OciJson}.
 */
@NullMarked
package io.runflux.oci;

import org.jspecify.annotations.NullMarked;
