// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.runflux.process.ProcessLauncher;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's table of operations is what the runtimes of this machine tell, and the contract tests hold them to. */
@RequiresRoot
@RequiresRuntime({"runc", "crun", "runsc"})
class OperationTableTest {
    private static final Path README = Path.of("..", "README.md");
    private static final String BEGIN = "<!-- operations: begin -->\n";
    private static final String END = "<!-- operations: end -->";

    private final ProcessLauncher launcher = ProcessLauncher.create();

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(Fixtures.TIMEOUT);
    }

    @Test
    void readme_table_isWhatTheRuntimesTell(@TempDir Path directory) throws IOException {
        List<RuntimeInfo> runtimes = runtimes(directory);
        String readme = Files.readString(README);
        String table = readme.substring(readme.indexOf(BEGIN) + BEGIN.length(), readme.indexOf(END));
        String head = head(runtimes);
        assumeTrue(table.contains(head), "the README's table is of other versions than those here: " + head);

        assertThat(table).isEqualTo(toTable(head, runtimes));
    }

    private List<RuntimeInfo> runtimes(Path directory) throws IOException {
        List<RuntimeInfo> infos = new ArrayList<>();
        OciRuntime host =
                OciRuntimes.host(launcher, HostRuntimeConfig.defaults().withRoot(directory.resolve("host")));
        infos.add(Fixtures.await(host.info()));
        Path calls = Files.createDirectory(directory.resolve("calls"));
        for (RealRuntimes real : RealRuntimes.values()) {
            infos.add(Fixtures.await(
                    real.open(launcher, directory.resolve(real.name()), calls).info()));
        }
        return infos;
    }

    private static String head(List<RuntimeInfo> runtimes) {
        return runtimes.stream()
                .map(info -> (info.name() + " " + upstream(info.version())).strip())
                .collect(Collectors.joining(" | ", "| operation | ", " |\n"));
    }

    /** What a distribution adds to a version says nothing about its operations. */
    private static String upstream(String version) {
        return version.replaceFirst("[+-].*", "");
    }

    private static String toTable(String head, List<RuntimeInfo> runtimes) {
        StringBuilder table = new StringBuilder(head)
                .append("|---")
                .append("|---".repeat(runtimes.size()))
                .append("|\n");
        rows().forEach((operation, feature) -> table.append("| ")
                .append(operation)
                .append(" | ")
                .append(runtimes.stream()
                        .map(info -> works(info, feature) ? "works" : "not offered")
                        .collect(Collectors.joining(" | ")))
                .append(" |\n"));
        return table.toString();
    }

    private static boolean works(RuntimeInfo info, @Nullable RuntimeFeature feature) {
        return feature == null || info.features().contains(feature);
    }

    /** The operations in the order of {@link OciRuntime}; those of no feature are everybody's. */
    private static Map<String, @Nullable RuntimeFeature> rows() {
        Map<String, @Nullable RuntimeFeature> rows = new LinkedHashMap<>();
        Stream.of(
                        "`info`",
                        "`create`, `start`, `run`, `exec`, attached and detached",
                        "`kill` init",
                        "`delete`, also forced")
                .forEach(operation -> rows.put(operation, null));
        rows.put("`kill` all", RuntimeFeature.KILL_ALL);
        rows.put("`kill` one process", RuntimeFeature.KILL_PROCESS);
        rows.put("`kill` a process group", RuntimeFeature.KILL_PROCESS_GROUP);
        rows.put("`pause`, `resume`", RuntimeFeature.PAUSE);
        rows.put("`update`", RuntimeFeature.UPDATE);
        rows.put("`state`, `exists`, `list`, `initPid`", null);
        rows.put("`ps`, `processes`, `process`, `deleteProcess`", null);
        rows.put("`top`", RuntimeFeature.TOP);
        rows.put("`top` with chosen columns", RuntimeFeature.TOP_COLUMNS);
        rows.put("`stats`", RuntimeFeature.STATS);
        rows.put("`events`", RuntimeFeature.EVENTS);
        rows.put("`waitFor` a container, a process", null);
        rows.put("`checkpoint`", RuntimeFeature.CHECKPOINT);
        rows.put("`restore`", RuntimeFeature.RESTORE);
        rows.put("`features`", RuntimeFeature.FEATURES);
        rows.put("`spec`", RuntimeFeature.SPEC);
        rows.put("a terminal", RuntimeFeature.TERMINAL);
        rows.put("descriptors beyond the standard streams", RuntimeFeature.PRESERVE_FDS);
        rows.put("a pidfd of init from the runtime", RuntimeFeature.PIDFD_SOCKET);
        rows.put("no-pivot", RuntimeFeature.NO_PIVOT);
        rows.put("no-new-keyring", RuntimeFeature.NO_NEW_KEYRING);
        rows.put("user-log", RuntimeFeature.USER_LOG);
        return rows;
    }

    @Test
    void rows_everyFeature_hasOne() {
        Set<@Nullable RuntimeFeature> named = new HashSet<>(rows().values());

        assertThat(named).containsAll(Arrays.asList(RuntimeFeature.values()));
    }
}
