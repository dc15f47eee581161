/**
 * OCI runtimes behind one interface: a client of the command line of runc, and the host runtime, which runs a bundle's
 * process as a plain process. Start at {@link io.runflux.runtime.OciRuntime} and
 * {@link io.runflux.runtime.OciRuntimes}.
 */
@NullMarked
package io.runflux.runtime;

import org.jspecify.annotations.NullMarked;
