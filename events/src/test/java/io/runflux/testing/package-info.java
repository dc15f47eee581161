// SPDX-License-Identifier: Apache-2.0
/**
 * What the tests of every module share: the guard that fails a class which leaks or blocks, and the conditions that
 * skip a test where the machine lacks something. Start at {@link io.runflux.testing.LeakGuard}; it needs no
 * registration.
 */
@NullMarked
package io.runflux.testing;

import org.jspecify.annotations.NullMarked;
