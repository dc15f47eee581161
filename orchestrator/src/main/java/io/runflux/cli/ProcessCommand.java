// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.util.concurrent.Callable;

/** A command that exits as a process did, and so has codes of its own for its failures. */
interface ProcessCommand extends Callable<Integer> {}
