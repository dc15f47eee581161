// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

/** The form of the lines that the command line logs to standard error. */
enum LogFormat {
    /** For people: a level, a source, a message, and the stack of an error on indented lines. */
    TEXT,
    /** For programs: one JSON object a line. */
    JSON
}
