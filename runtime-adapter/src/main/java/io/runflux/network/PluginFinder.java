// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import io.runflux.files.TrustedFiles;
import io.runflux.network.CniException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the programs of plugins, and refuses those that others than root and this user could have changed. Blocks. */
final class PluginFinder {
    private final List<Path> directories;

    PluginFinder(List<Path> directories) {
        this.directories = directories;
    }

    /** Returns the program without symbolic links: what was checked is what has to be run. */
    Found find(String type) {
        Names.check("type of a CNI plugin", type);
        try {
            return find(type, TrustedFiles.ofThisUser());
        } catch (IOException e) {
            throw CniException.of(Reason.NOT_FOUND, "CNI plugin " + type + ": " + e.getMessage(), e);
        }
    }

    private Found find(String type, TrustedFiles trusted) throws IOException {
        List<Path> present = present(trusted);
        for (Path directory : present) {
            Path candidate = directory.resolve(type);
            if (Files.isExecutable(candidate)) {
                return new Found(trusted.checkFile(candidate), join(present));
            }
        }
        throw CniException.of(Reason.NOT_FOUND, "CNI plugin " + type + " is in none of " + join(directories), null);
    }

    /** Plugins start each other by searching all of these. */
    private List<Path> present(TrustedFiles trusted) throws IOException {
        List<Path> present = new ArrayList<>();
        for (Path directory : directories) {
            if (Files.exists(directory)) {
                present.add(trusted.checkDirectory(directory));
            }
        }
        return present;
    }

    private static String join(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    /** A plugin, and where it finds others. */
    record Found(Path program, String searchPath) {}
}
