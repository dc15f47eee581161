// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes certificates, each of which is its own authority. */
record Certificates(Path directory) {
    private static final Path OPENSSL = Path.of("/usr/bin/openssl");

    void make(String name, String... more) throws Exception {
        makeFor(name, "/CN=" + name, more);
    }

    void makeFor(String name, String subject, String... more) throws Exception {
        assumeTrue(Files.isExecutable(OPENSSL), "program openssl is missing");
        List<String> command = new ArrayList<>(List.of(
                OPENSSL.toString(),
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-utf8",
                "-subj",
                subject,
                "-keyout",
                key(name).toString(),
                "-out",
                certificate(name).toString()));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("openssl.log").toFile())
                .start();
        assertThat(process.waitFor(Served.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    Path key(String name) {
        return directory.resolve(name + ".key");
    }

    Path certificate(String name) {
        return directory.resolve(name + ".pem");
    }
}
