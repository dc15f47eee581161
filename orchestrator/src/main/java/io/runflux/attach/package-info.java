// SPDX-License-Identifier: Apache-2.0
/**
 * How one command connects to a container that another one holds: over a unix socket, which the holder makes for each
 * container. Start at {@link io.runflux.attach.AttachPoint}, its end, and at
 * {@link io.runflux.attach.AttachConnection}, the other.
 *
 * <p>Both sides send frames: a byte that says what it is, four bytes with the length of what follows, at most 64 KiB,
 * and that. Numbers have their highest byte first.
 *
 * <table>
 * <caption>Frames</caption>
 * <tr><th>type</th><th>from</th><th>content</th></tr>
 * <tr><td>1, hello</td><td>the holder, first</td><td>the version, 1; a byte of flags: 1 for a terminal, 2 if input is
 *     passed on</td></tr>
 * <tr><td>2, output</td><td>the holder</td><td>bytes of standard output, or of the terminal</td></tr>
 * <tr><td>3, errors</td><td>the holder</td><td>bytes of standard error</td></tr>
 * <tr><td>4, exit</td><td>the holder, last</td><td>the exit code in four bytes, 255 if it is unknown</td></tr>
 * <tr><td>5, refusal</td><td>the holder, last</td><td>why it ends the connection, in UTF-8</td></tr>
 * <tr><td>16, input</td><td>the other</td><td>bytes for standard input, or typed at the terminal</td></tr>
 * <tr><td>17, size</td><td>the other</td><td>rows and columns of the terminal, two bytes each</td></tr>
 * </table>
 *
 * <p>A frame of another type is passed over. A connection that ends without the last frame says that the holder was
 * killed.
 */
@NullMarked
package io.runflux.attach;

import org.jspecify.annotations.NullMarked;
