// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import picocli.CommandLine.TypeConversionException;

/** A variable as it is given on the command line. */
record EnvironmentVariable(String name, String value) {
    static EnvironmentVariable parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new TypeConversionException("a variable is NAME=VALUE, was '" + text + "'");
        }
        return new EnvironmentVariable(text.substring(0, equals), text.substring(equals + 1));
    }

    boolean isSetBy(String variable) {
        return variable.startsWith(name + "=");
    }

    @Override
    public String toString() {
        return name + "=" + value;
    }
}
