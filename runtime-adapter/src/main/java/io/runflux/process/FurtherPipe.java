// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

/** Our end of a pipe that the child has beyond its standard streams; the child reads from an input. */
record FurtherPipe(int number, int descriptor, boolean isInput) {}
