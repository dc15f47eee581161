// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.util.ArrayList;
import java.util.List;
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

    private boolean isSetBy(String variable) {
        return variable.startsWith(name + "=");
    }

    /** Adds variables to those that there are, each in the place of one of its name. */
    static List<String> addAll(List<EnvironmentVariable> added, List<String> present) {
        List<String> variables = new ArrayList<>(present);
        for (EnvironmentVariable variable : added) {
            variables.removeIf(variable::isSetBy);
            variables.add(variable.toString());
        }
        return variables;
    }

    @Override
    public String toString() {
        return name + "=" + value;
    }
}
