// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.files.FileErrors;
import io.runflux.files.TrustedFiles;
import io.runflux.oci.Hook;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciJsonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads one hook file, and checks all that can be checked without a container. Blocks. */
final class HookFileReader {
    private final TrustedFiles trusted;
    private final Set<String> extensionStages;

    HookFileReader(TrustedFiles trusted, Set<String> extensionStages) {
        this.trusted = trusted;
        this.extensionStages = extensionStages;
    }

    /**
     * Returns the hook, or nothing if the file has gone, or is a link to nothing, such as an editor leaves beside a
     * file that it has open.
     */
    Optional<HookFile> read(Path file) {
        try {
            return Optional.of(parse(file, text(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw HookFileException.of(file, e);
        } catch (OciJsonException | IllegalArgumentException e) {
            throw new HookFileException(file, String.valueOf(e.getMessage()), e);
        }
    }

    private String text(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(trusted.checkFile(file))) {
            byte[] bytes = stream.readNBytes(HookDirectories.MAX_FILE_BYTES + 1);
            if (bytes.length > HookDirectories.MAX_FILE_BYTES) {
                throw new IllegalArgumentException("must be at most " + HookDirectories.MAX_FILE_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("must be UTF-8", e);
        }
    }

    private HookFile parse(Path file, String json) {
        String version =
                Objects.requireNonNullElse(OciJson.read(json, HookVersion.class).version(), "");
        return switch (version) {
            case HookDefinition.VERSION -> {
                HookDefinition read = OciJson.read(json, HookDefinition.class);
                yield check(file, read.checkedHook(), read.condition(), read.checkedStages());
            }
            case OldHookDefinition.VERSION, "" -> {
                OldHookDefinition read = OciJson.read(json, OldHookDefinition.class);
                yield check(file, read.checkedHook(), read.condition(), read.checkedStages());
            }
            default ->
                throw new IllegalArgumentException("version must be " + HookDefinition.VERSION + " or "
                        + OldHookDefinition.VERSION + ", or absent for the latter, was '" + version + "'");
        };
    }

    private HookFile check(Path file, Hook hook, HookCondition when, List<String> stages) {
        checkProgram(hook.path());
        if (stages.isEmpty()) {
            throw new IllegalArgumentException("stages must name one at least of " + allowed(extensionStages));
        }
        checkStages(stages, extensionStages);
        return new HookFile(String.valueOf(file.getFileName()), file, hook, when, stages);
    }

    private void checkProgram(String program) {
        Path path = Path.of(program);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("hook.path must be absolute, was '" + program + "'");
        }
        try {
            if (!Files.isExecutable(trusted.checkFile(path))) {
                throw new IllegalArgumentException("hook.path '" + program + "' must be executable");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("hook.path: " + FileErrors.why(e), e);
        }
    }

    static void checkStages(List<String> stages, Set<String> extensionStages) {
        for (String stage : stages) {
            if (!HookStages.isKnown(stage, extensionStages)) {
                throw new IllegalArgumentException(
                        "stage must be one of " + allowed(extensionStages) + ", was '" + stage + "'");
            }
        }
    }

    private static String allowed(Set<String> extensionStages) {
        List<String> names = new ArrayList<>(HookStages.NAMES);
        new TreeSet<>(extensionStages)
                .stream().filter(name -> !names.contains(name)).forEach(names::add);
        return String.join(", ", names);
    }
}
