// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecDefaultsTest {
    private static final List<String> COMMAND = List.of("sh", "-c", "true");

    @Test
    void generate_defaults_isolatesAndBarsPrivileges() {
        Spec spec = SpecDefaults.defaults().generate(Path.of("/srv"), COMMAND);

        assertThat(requireNonNull(spec.process()).args()).isEqualTo(COMMAND);
        assertThat(requireNonNull(spec.process()).terminal()).isFalse();
        assertThat(requireNonNull(spec.process()).noNewPrivileges()).isTrue();
        assertThat(requireNonNull(spec.linux()).namespaces())
                .extracting(LinuxNamespace::type)
                .containsExactlyInAnyOrder("pid", "ipc", "uts", "mount", "network");
        assertThat(requireNonNull(spec.linux()).maskedPaths()).contains("/proc/kcore");
    }

    @Test
    void generate_settings_areFollowed() {
        Spec spec = SpecDefaults.defaults()
                .withHostNetwork(true)
                .withReadonlyRootfs(true)
                .withCgroupNamespace(true)
                .generate(Path.of("/srv"), COMMAND);

        assertThat(requireNonNull(spec.root()).readonly()).isTrue();
        assertThat(requireNonNull(spec.linux()).namespaces())
                .extracting(LinuxNamespace::type)
                .contains("cgroup")
                .doesNotContain("network");
    }

    @Test
    void generate_relativeRootOrNoCommand_isRefused() {
        assertThatThrownBy(() -> SpecDefaults.defaults().generate(Path.of("srv"), COMMAND))
                .hasMessage("rootfs must be an absolute path, was 'srv'");
        assertThatThrownBy(() -> SpecDefaults.defaults().generate(Path.of("/srv"), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void toString_secrets_areCounted() {
        OciProcess process = OciProcess.of(List.of("login", "hunter2")).withEnv(List.of("KEY=hunter3"));

        assertThat(process.toString()).doesNotContain("hunter").contains("1 variables");
    }
}
