// SPDX-License-Identifier: Apache-2.0
/** The command line. Start at {@link io.runflux.cli.Runflux}; each command is a class of its name. */
@NullMarked
package io.runflux.cli;

import org.jspecify.annotations.NullMarked;
