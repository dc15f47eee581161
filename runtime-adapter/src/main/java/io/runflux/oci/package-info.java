/**
 * The configuration and the state of a container as the OCI runtime specification has them, as values that keep what
 * they do not know. Start at {@link io.runflux.oci.Spec}, {@link io.runflux.oci.ContainerState} and
 * {@link io.runflux.oci.OciJson}.
 */
@NullMarked
package io.runflux.oci;

import org.jspecify.annotations.NullMarked;
