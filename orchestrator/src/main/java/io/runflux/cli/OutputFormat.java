// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

/** How a command prints what it was asked for. */
enum OutputFormat {
    /** For people. */
    table,
    /** For programs. */
    json
}
