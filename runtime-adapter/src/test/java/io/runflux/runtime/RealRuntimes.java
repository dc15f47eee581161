// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.process.ProcessLauncher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The runtimes of this machine, called so that they work wherever tests run. */
enum RealRuntimes {
    RUNC {
        @Override
        OciRuntime open(ProcessLauncher launcher, RuntimeConfig.Builder config) {
            return OciRuntimes.runc(launcher, config.build());
        }
    },
    /** It refuses hybrid control groups, and sees none where the second version's hierarchy is not mounted. */
    CRUN {
        @Override
        OciRuntime open(ProcessLauncher launcher, RuntimeConfig.Builder config) {
            return OciRuntimes.crun(launcher, config.build());
        }

        @Override
        Path binary() {
            String inside = "umount /sys/fs/cgroup/unified 2>/dev/null; exec \"$@\"";
            return script("exec unshare -m sh -c '" + inside + "' sh " + super.binary() + " \"$@\"");
        }
    },
    /** The kernel makes no user namespace for a process whose root is not that of its mount namespace. */
    RUNSC {
        @Override
        OciRuntime open(ProcessLauncher launcher, RuntimeConfig.Builder config) {
            return OciRuntimes.runsc(
                    launcher,
                    config.flags(Map.of("platform", "ptrace", "network", "none"))
                            .commandPrefix(List.of("/usr/bin/nsenter", "--mount=/proc/self/ns/mnt", "--"))
                            .build());
        }
    };

    abstract OciRuntime open(ProcessLauncher launcher, RuntimeConfig.Builder config);

    OciRuntime open(ProcessLauncher launcher, Path root, Path calls) {
        return open(launcher, config().root(root).temporaryDirectory(calls));
    }

    private RuntimeConfig.Builder config() {
        return RuntimeConfig.builder(binary());
    }

    Path binary() {
        return TrustedBinary.find(name().toLowerCase(Locale.ROOT), RuntimeConfig.TRUSTED_PATH)
                .orElseThrow();
    }

    /** A program in the place of a runtime, until this JVM ends. */
    private static Path script(String text) {
        try {
            Path directory = Files.createTempDirectory("runtime");
            Path script = Fixtures.script(directory, text);
            directory.toFile().deleteOnExit();
            script.toFile().deleteOnExit();
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
