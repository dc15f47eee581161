// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import org.jspecify.annotations.Nullable;

/** What hook files of all versions have in common. */
record HookVersion(@Nullable String version) {}
