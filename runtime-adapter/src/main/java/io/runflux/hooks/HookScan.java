// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.files.TrustedFiles;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One look at hook directories. */
final class HookScan {
    private final TrustedFiles trusted;
    private final HookFileReader reader;
    /** By the name itself: names that are not of this locale can look alike as text. */
    private final Map<Path, HookFile> files = new HashMap<>();

    private final List<HookFileException> errors = new ArrayList<>();
    private final List<HookFileException> missing = new ArrayList<>();
    private final Set<String> extensionStages;

    HookScan(TrustedFiles trusted, Set<String> extensionStages) {
        this.trusted = trusted;
        this.extensionStages = extensionStages;
        reader = new HookFileReader(trusted, extensionStages);
    }

    /** Reads the files of a directory in place of those of the same names that were read before. Blocks. */
    void add(Path directory) {
        try {
            trusted.checkDirectory(directory);
            list(directory).forEach(this::addFile);
        } catch (NoSuchFileException e) {
            missing.add(HookFileException.of(directory, e));
        } catch (IOException e) {
            errors.add(HookFileException.of(directory, e));
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, HookScan::isHookFile)) {
            for (Path file : stream) {
                if (found.size() == HookDirectories.MAX_FILES) {
                    throw new FileSystemException(
                            directory.toString(), null, "must hold at most " + HookDirectories.MAX_FILES + " files");
                }
                found.add(file);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(found);
        return found;
    }

    private static boolean isHookFile(Path file) {
        return file.toString().endsWith(".json");
    }

    /** A file that cannot be used hides none of the directories before, as in the reference. */
    private void addFile(Path file) {
        try {
            Optional<HookFile> read = reader.read(file);
            read.ifPresent(hook -> files.put(file.getFileName(), hook));
        } catch (HookFileException e) {
            errors.add(e);
        }
    }

    HookSet toHookSet() {
        List<HookFile> hooks = files.values().stream().sorted(HookFile.BY_NAME).toList();
        return new HookSet(hooks, errors, extensionStages);
    }

    /** Returns what is wrong with the first directory that was not there, if there is one. */
    Optional<HookFileException> firstMissing() {
        return missing.stream().findFirst();
    }
}
