// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a command of this JVM returned and printed. What a container prints goes past it. */
record CliResult(int code, String out, String err) {
    static CliResult of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Runflux.commandLine(arguments).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = commandLine.execute(arguments);
        commandLine.getOut().flush();
        commandLine.getErr().flush();
        return new CliResult(code, out.toString(), err.toString());
    }
}
