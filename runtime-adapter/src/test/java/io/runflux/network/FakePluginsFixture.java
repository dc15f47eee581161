// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** Plugins that are small scripts, and note how they are called. */
abstract class FakePluginsFixture extends NetworkFixture {
    static final String RESULT = "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.1.2.3/24\"}]}";
    static final String RECORD = "c1@net@eth0.json";
    static final String FAILS_WELL =
            "echo '{\"cniVersion\":\"1.0.0\",\"code\":7,\"msg\":\"no such bridge\",\"details\":\"br9\"}'; exit 1";

    Path plugins = Path.of("/");
    Path state = Path.of("/");
    Path calls = Path.of("/");
    CniNetworks networks = CniNetworks.of(launcher, CniOptions.defaults());
    /** Not of the network, whose own is the host's: scripts do not look. */
    CniAttachment attachment = CniAttachment.of(CONTAINER, Path.of("/proc/self/ns/uts"));

    @BeforeEach
    void open() throws IOException {
        plugins = Files.createDirectory(directory.resolve("plugins"));
        Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString("rwxr-xr-x"));
        state = directory.resolve("state");
        calls = directory.resolve("calls");
        Files.createFile(calls);
        networks = networks(Duration.ofSeconds(10));
        plugin("good", "");
        plugin("other", "");
    }

    CniNetworks networks(Duration limit) {
        return CniNetworks.of(
                launcher,
                CniOptions.defaults()
                        .withPluginDirectories(List.of(directory.resolve("none"), plugins))
                        .withStateDirectory(state)
                        .withCallTimeout(limit));
    }

    /** Notes each call and what it reads, then does what is special, then what a good one does. */
    void plugin(String name, String special) throws IOException {
        String script = "#!/bin/sh\ninput=$(cat)\n"
                + "echo \"$CNI_COMMAND " + name + "\" >>" + calls + "\n"
                + "echo \"$input\" >" + directory + "/$CNI_COMMAND-" + name + "\n"
                + "env | sort >" + directory + "/env-" + name + "\n"
                + special + "\n"
                + "case $CNI_COMMAND in ADD) echo '" + RESULT.replace("10.1.2.3", name.length() + ".1.2.3") + "' ;; "
                + "VERSION) echo '{\"cniVersion\":\"1.1.0\",\"supportedVersions\":[\"0.4.0\",\"1.0.0\"]}' ;; esac\n";
        Path file = Files.writeString(plugins.resolve(name), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static CniNetwork network(String... types) {
        String plugins = String.join(
                ", ",
                List.of(types).stream()
                        .map(type -> "{\"type\": \"" + type + "\", \"capabilities\": {\"portMappings\": true}}")
                        .toList());
        return CniNetwork.parse("{\"cniVersion\": \"1.0.0\", \"name\": \"net\", \"plugins\": [" + plugins + "]}");
    }

    List<String> calls() throws IOException {
        return Files.readAllLines(calls);
    }

    String told(String call) throws IOException {
        return Files.readString(directory.resolve(call)).strip();
    }
}
