// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;

/** How a command ended and what it wrote. */
record CommandResult(ExitStatus status, String stdout, String stderr, boolean isTruncated) {}
