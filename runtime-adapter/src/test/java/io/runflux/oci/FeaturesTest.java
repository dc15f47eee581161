// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class FeaturesTest {
    /** As runc 1.1.5 prints it, with most mount options, capabilities and architectures left out. */
    private static final String RUNC = """
            {
                "ociVersionMin": "1.0.0",
                "ociVersionMax": "1.0.2-dev",
                "hooks": ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"],
                "mountOptions": ["acl", "async", "rro", "unbindable"],
                "linux": {
                    "namespaces": ["cgroup", "ipc", "mount", "network", "pid", "user", "uts"],
                    "capabilities": ["CAP_CHOWN", "CAP_CHECKPOINT_RESTORE"],
                    "cgroup": {"v1": true, "v2": true, "systemd": true, "systemdUser": true},
                    "seccomp": {
                        "enabled": true,
                        "actions": ["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"],
                        "operators": ["SCMP_CMP_EQ", "SCMP_CMP_GE"],
                        "archs": ["SCMP_ARCH_AARCH64", "SCMP_ARCH_X86_64"]
                    },
                    "apparmor": {"enabled": true},
                    "selinux": {"enabled": true}
                },
                "annotations": {
                    "io.github.seccomp.libseccomp.version": "2.5.4",
                    "org.opencontainers.runc.checkpoint.enabled": "true",
                    "org.opencontainers.runc.commit": "1.1.5+ds1-1+deb12u1",
                    "org.opencontainers.runc.version": "1.1.5+ds1"
                }
            }
            """;

    /** The fields that came later, and ones that nobody has yet. */
    private static final String NEWER = """
            {"ociVersionMin":"1.0.0","ociVersionMax":"1.3.0","u":1,
             "potentiallyUnsafeConfigAnnotations":["com.example.","org.example.x"],
             "linux":{"u":2,"cgroup":{"v1":false,"rdma":true,"u":3},
              "seccomp":{"enabled":false,"knownFlags":["SECCOMP_FILTER_FLAG_TSYNC"],"supportedFlags":[],"u":4},
              "intelRdt":{"enabled":true,"schemata":true},
              "mountExtensions":{"idmap":{"enabled":false},"u":5},"netDevices":{"enabled":true}}}
            """;

    @ParameterizedTest
    @ValueSource(strings = {RUNC, NEWER})
    void readThenWrite_allFields_areKept(String json) {
        Features features = OciJson.read(json, Features.class);
        JsonMapper mapper = new JsonMapper();

        assertThat(mapper.readTree(OciJson.write(features))).isEqualTo(mapper.readTree(json));
        assertThat(OciJson.read(OciJson.write(features), Features.class)).isEqualTo(features);
    }

    @Test
    void read_ofRunc_isModelled() {
        Features features = OciJson.read(RUNC, Features.class);
        Features.Linux linux = requireNonNull(features.linux());

        assertThat(features.unknown()).isEmpty();
        assertThat(linux.unknown()).isEmpty();
        assertThat(features.hooks()).contains("prestart").hasSize(6);
        assertThat(features.annotations()).containsEntry("org.opencontainers.runc.checkpoint.enabled", "true");
        assertThat(linux.cgroup()).isEqualTo(new Features.Cgroup(true, true, true, true, null, Map.of()));
        assertThat(linux.apparmor()).isEqualTo(new Features.Support(true, Map.of()));
        assertThat(requireNonNull(linux.seccomp()).operators()).containsExactly("SCMP_CMP_EQ", "SCMP_CMP_GE");
        assertThat(linux.mountExtensions()).isNull();
    }

    @Test
    void read_ofLaterRuntimes_isModelled() {
        Features features = OciJson.read(NEWER, Features.class);
        Features.Linux linux = requireNonNull(features.linux());

        assertThat(features.potentiallyUnsafeConfigAnnotations()).containsExactly("com.example.", "org.example.x");
        assertThat(linux.intelRdt()).isEqualTo(new Features.Support(true, Map.of("schemata", true)));
        assertThat(linux.mountExtensions())
                .isEqualTo(new Features.MountExtensions(new Features.Support(false, Map.of()), Map.of("u", 5)));
        assertThat(linux.unknown()).isEqualTo(Map.of("u", 2, "netDevices", Map.of("enabled", true)));
    }

    @Test
    void read_absentAndEmptyLists_areToldApart() {
        String versions = "{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.0.0\"";

        assertThat(OciJson.read(versions + "}", Features.class).hooks()).isNull();
        assertThat(OciJson.read(versions + ",\"hooks\":null}", Features.class).hooks())
                .isNull();
        assertThat(OciJson.read(versions + ",\"hooks\":[]}", Features.class).hooks())
                .isEqualTo(List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | ociVersionMin is required",
                "{\"ociVersionMin\":\"1.0.0\"} | ociVersionMax is required",
                "{\"ociVersionMin\":\"1\",\"ociVersionMax\":\"1\",\"hooks\":[null]} | hooks must not hold null",
                "{\"ociVersionMin\":\"1\",\"ociVersionMax\":\"1\",\"hooks\":\"prestart\"} | in hooks",
                "{\"ociVersionMin\":\"1\",\"ociVersionMax\":\"1\",\"linux\":{\"cgroup\":{\"v1\":\"yes\"}}} | in linux.cgroup.v1",
                "{\"ociVersionMin\":\"1\",\"ociVersionMax\":\"1\",\"annotations\":{\"a\":null}} | annotations.a is required",
            })
    void read_wrongValue_errorSaysWhereAndWhat(String json, String message) {
        assertThatThrownBy(() -> OciJson.read(json, Features.class))
                .isInstanceOf(OciJsonException.class)
                .hasMessageContaining(message);
    }
}
