// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

/**
 * What one hook changed in a configuration.
 *
 * @param index which hook it was, from 0
 * @param path the program of the hook
 * @param diff a unified diff of the configurations before and after, indented and with maps in the order of their keys;
 *     it may hold secrets, such as the values of variables
 */
public record ConfigChange(int index, String path, String diff) {
    /** Names the hook, and counts the rest: configurations may hold secrets. */
    @Override
    public String toString() {
        return "ConfigChange[hook " + index + ", " + path + ", diff of "
                + diff.lines().count() + " lines]";
    }
}
