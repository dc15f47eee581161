// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class CgroupMemoryTest {
    private static final String V2 = "35 25 0:30 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";
    private static final String V1 = "41 32 0:36 / /sys/fs/cgroup/memory rw shared:17 - cgroup cgroup rw,memory";
    private static final String V1_CPU = "40 32 0:35 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu";
    private static final String UNIFIED = "33 32 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw";

    private static Optional<Path> file(List<String> process, String... mounts) {
        return CgroupMemory.file(process, List.of("0::/own", "4:memory:/own"), List.of(mounts));
    }

    @Test
    void file_versionTwo_isMemoryEvents() {
        assertThat(file(List.of("0::/system.slice/runc-c1.scope"), V2))
                .contains(Path.of("/sys/fs/cgroup/system.slice/runc-c1.scope/memory.events"));
    }

    @Test
    void file_versionOne_isOomControl() {
        assertThat(file(List.of("9:name=systemd:/", "4:cpuset,memory:/c1", "1:cpu:/c1"), V1_CPU, V1))
                .contains(Path.of("/sys/fs/cgroup/memory/c1/memory.oom_control"));
    }

    @Test
    void file_both_isWhereTheControllerIs() {
        assertThat(file(List.of("4:memory:/c1", "0::/other"), UNIFIED, V1_CPU, V1))
                .contains(Path.of("/sys/fs/cgroup/memory/c1/memory.oom_control"));
    }

    @Test
    void file_partOfTheHierarchyIsMounted_isFoundInThat() {
        String part = "35 25 0:30 /docker/c0 /mnt/my\\040cgroups rw - cgroup2 cgroup2 rw";

        assertThat(file(List.of("0::/docker/c0/c1"), part)).contains(Path.of("/mnt/my cgroups/c1/memory.events"));
        assertThat(file(List.of("0::/docker/c2"), part)).isEmpty();
    }

    @Test
    void file_pathWithAColon_isWhole() {
        assertThat(file(List.of("0::/a:b"), V2)).contains(Path.of("/sys/fs/cgroup/a:b/memory.events"));
    }

    /** What the host runtime runs shares the group of this JVM. */
    @Test
    void file_ownGroup_isNone() {
        assertThat(CgroupMemory.file(List.of("0::/own"), List.of("0::/own"), List.of(V2)))
                .isEmpty();
        assertThat(file(List.of("0::/c1", "4:memory:/own"), V1)).isEmpty();
    }

    @Test
    void file_noControllerOrNoMount_isNone() {
        assertThat(file(List.of("9:name=systemd:/c1"), V2)).isEmpty();
        assertThat(file(List.of("0::/c1"), V1, V1_CPU)).isEmpty();
        assertThat(file(List.of(), V2)).isEmpty();
        assertThat(file(List.of("garbage", "0::/c1"), "garbage", " - ", "1 2 3 4 5 - cgroup2"))
                .isEmpty();
    }

    @Test
    void count_bothVersions_isThatOfKills() throws IOException {
        assertThat(CgroupMemory.count(List.of("low 0", "high 1", "max 9", "oom 5", "oom_kill 3", "oom_group_kill 2")))
                .isEqualTo(3);
        assertThat(CgroupMemory.count(List.of("oom_kill_disable 0", "under_oom 1", "oom_kill 12")))
                .isEqualTo(12);
    }

    @Test
    void count_oldKernel_fails() {
        assertThatIOException().isThrownBy(() -> CgroupMemory.count(List.of("oom_kill_disable 0", "under_oom 0")));
    }

    @Test
    void of_goneProcess_isEmpty() {
        StepVerifier.create(CgroupMemory.of(Integer.MAX_VALUE)).expectComplete().verify(Duration.ofSeconds(5));
    }
}
