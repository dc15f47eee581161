// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.process.ProcessLauncher;
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
            String script = "umount /sys/fs/cgroup/unified 2>/dev/null; exec \"$@\"";
            return OciRuntimes.crun(
                    launcher,
                    config.commandPrefix(List.of("/usr/bin/unshare", "-m", "/bin/sh", "-c", script, "crun"))
                            .build());
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
        String name = name().toLowerCase(Locale.ROOT);
        return RuntimeConfig.builder(
                TrustedBinary.find(name, RuntimeConfig.TRUSTED_PATH).orElseThrow());
    }
}
