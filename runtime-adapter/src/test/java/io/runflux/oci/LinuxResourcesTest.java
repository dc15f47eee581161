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
import tools.jackson.databind.json.JsonMapper;

class LinuxResourcesTest {
    private static final String ALL = """
            {"memory":{"limit":536870912,"reservation":-1,"swap":-1,"kernel":-1,"kernelTCP":9223372036854775807,
              "swappiness":0,"disableOOMKiller":false,"useHierarchy":true,"checkBeforeUpdate":true,"u":1},
             "cpu":{"shares":1024,"quota":-1,"burst":0,"period":500000,"realtimeRuntime":950000,
              "realtimePeriod":1000000,"cpus":"2-3","mems":"0-7","idle":1,"u":null},
             "pids":{"limit":-1,"u":[]},
             "blockIO":{"weight":10,"throttleReadBpsDevice":[{"major":8,"minor":0,"rate":600}]},
             "hugepageLimits":[{"pageSize":"2MB","limit":18446744073709551615}],
             "network":{"classID":1048577},"rdma":{"mlx5_1":{"hcaHandles":3}},
             "devices":[{"allow":false,"access":"rwm"}],
             "unified":{"io.max":"259:0 rbps=2097152","hugetlb.1GB.max":""}}
            """;

    @Test
    void readThenWrite_allFields_areKept() {
        LinuxResources resources = OciJson.read(ALL, LinuxResources.class);
        JsonMapper mapper = new JsonMapper();

        assertThat(mapper.readTree(OciJson.write(resources))).isEqualTo(mapper.readTree(ALL));
        assertThat(OciJson.read(OciJson.write(resources), LinuxResources.class)).isEqualTo(resources);
    }

    @Test
    void read_allFields_areModelled() {
        LinuxResources resources = OciJson.read(ALL, LinuxResources.class);

        assertThat(resources.memory())
                .isEqualTo(new LinuxMemory(
                        536870912L, -1L, -1L, -1L, Long.MAX_VALUE, 0L, false, true, true, Map.of("u", 1)));
        assertThat(requireNonNull(resources.cpu()).withMems(null).withCpus(null))
                .extracting(LinuxCpu::shares, LinuxCpu::quota, LinuxCpu::burst, LinuxCpu::period, LinuxCpu::idle)
                .containsExactly(1024L, -1L, 0L, 500000L, 1L);
        assertThat(resources.pids()).isEqualTo(new LinuxPids(-1L, Map.of("u", List.of())));
        assertThat(resources.unknown()).containsOnlyKeys("blockIO", "hugepageLimits", "network", "rdma", "devices");
    }

    @Test
    void write_changesOfEachKind_areTheDocumentOfUpdate() {
        LinuxResources resources = LinuxResources.none()
                .withMemoryLimit(67108864)
                .withCpuShares(512)
                .withCpuQuota(50000)
                .withCpuPeriod(100000)
                .withCpus("0-1")
                .withPidsLimit(-1)
                .withUnknown("network", Map.of("classID", 1));

        assertThat(OciJson.write(resources))
                .isEqualTo("{\"memory\":{\"limit\":67108864},"
                        + "\"cpu\":{\"shares\":512,\"quota\":50000,\"period\":100000,\"cpus\":\"0-1\"},"
                        + "\"pids\":{\"limit\":-1},\"network\":{\"classID\":1}}");
    }

    @Test
    void write_nothing_changesNothing() {
        assertThat(OciJson.write(LinuxResources.none())).isEqualTo("{}");
        assertThat(OciJson.read("{}", LinuxResources.class)).isEqualTo(LinuxResources.none());
    }

    @Test
    void withX_ofASection_leavesTheRestOfIt() {
        LinuxResources before = OciJson.read(ALL, LinuxResources.class);
        LinuxResources after = before.withMemoryLimit(-1).withPidsLimit(7).withCpus("5");

        assertThat(after.memory()).isEqualTo(requireNonNull(before.memory()).withLimit(-1L));
        assertThat(after.cpu()).isEqualTo(requireNonNull(before.cpu()).withCpus("5"));
        assertThat(after.pids()).isEqualTo(new LinuxPids(7L, Map.of("u", List.of())));
        assertThat(after.withMemory(before.memory()).withPids(before.pids()).withCpu(before.cpu()))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"cpu\":{\"shares\":-1}} | cpu.shares must not be negative, was -1",
                "{\"cpu\":{\"period\":-5}} | cpu.period must not be negative, was -5",
                "{\"cpu\":{\"burst\":-1}} | cpu.burst must not be negative, was -1",
                "{\"cpu\":{\"realtimePeriod\":-1}} | cpu.realtimePeriod must not be negative, was -1",
                "{\"memory\":{\"swappiness\":-1}} | memory.swappiness must not be negative, was -1",
                "{\"memory\":{\"limit\":18446744073709551615}} | in memory.limit",
                "{\"memory\":{\"limit\":\"1g\"}} | in memory.limit",
                "{\"memory\":{\"limit\":1.5}} | in memory.limit",
                "{\"unified\":{\"io.max\":null}} | resources.unified.io.max is required",
                "{\"unified\":{\"io.max\":1}} | in unified.io.max",
                "{\"pids\":5} | in pids",
            })
    void read_wrongValue_errorSaysWhereAndWhat(String json, String message) {
        assertThatThrownBy(() -> OciJson.read(json, LinuxResources.class))
                .isInstanceOf(OciJsonException.class)
                .hasMessageContaining(message);
    }

    @Test
    void withCpuShares_negative_isRefused() {
        assertThatThrownBy(() -> LinuxResources.none().withCpuShares(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cpu.shares must not be negative, was -1");
    }
}
