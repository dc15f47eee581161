// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.benchmarks.MeasurementException;
import java.nio.file.Path;

/**
 * The program that is launched, without arguments and with an empty environment.
 *
 * @param program where it lies
 * @param bytes how many it writes before it exits with 0
 */
record Child(Path program, long bytes) {
    void check(String contender, int code, long read) {
        if (code != 0) {
            throw new MeasurementException(contender + ": the child ended with " + code);
        }
        if (read != bytes) {
            throw new MeasurementException(contender + ": " + read + " bytes were read instead of " + bytes);
        }
    }
}
