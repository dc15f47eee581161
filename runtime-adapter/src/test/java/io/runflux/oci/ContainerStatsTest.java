// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerStatsTest {
    /** As runc 1.1.5 prints it under control groups of version 1, with most of the raw counts left out. */
    private static final String RUNC = """
            {"type":"stats","id":"ocid1","data":{"cpu":{"usage":{"total":15213483,"percpu":[12370914,
            2842569],"percpu_kernel":[12000000,0],"percpu_user":[0,0],"kernel":10000000,"user":0},
            "throttling":{}},"cpuset":{"cpus":[0,1],"cpu_exclusive":0,"mems":[0],"mem_hardwall":0,
            "mem_exclusive":0,"memory_migrate":0,"memory_spread_page":0,"memory_spread_slab":0,
            "memory_pressure":0,"sched_load_balance":1,"sched_relax_domain_level":-1},
            "memory":{"cache":8192,"usage":{"limit":9223372036854771712,"usage":520192,"max":2236416,
            "failcnt":0},"swap":{"limit":9223372036854771712,"usage":520192,"max":2236416,"failcnt":0},
            "kernel":{"limit":9223372036854771712,"usage":282624,"max":557056,"failcnt":0},
            "kernelTCP":{"limit":9223372036854771712,"failcnt":0},"raw":{"active_anon":4096,"cache":8192,
            "hierarchical_memory_limit":9223372036854771712,"pgfault":675,"rss":49152,
            "total_workingset_refault_file":2}},"pids":{"current":1},"blkio":{},"hugetlb":{},"intel_rdt":{},
            "network_interfaces":null}}
            """;

    /** Of the shape that runsc prints, with fewer sections than runc, and with one interface. */
    private static final String RUNSC = """
            {"type":"stats","data":{"cpu":{"usage":{"kernel":0,"user":0,"total":260000000,"percpu":[]}},
            "memory":{"usage":{"limit":18446744073709551615,"usage":2641920,"failcnt":0},
            "swap":{"limit":0,"failcnt":0},"kernel":{"limit":0,"failcnt":0},"kernelTCP":{"limit":0,"failcnt":0}},
            "pids":{"current":3},"network_interfaces":[{"Name":"eth0","RxBytes":1,"RxPackets":2,"RxErrors":3,
            "RxDropped":4,"TxBytes":5,"TxPackets":6,"TxErrors":7,"TxDropped":18446744073709551615}]},"id":"r1"}
            """;

    private static final BigInteger MAX = new BigInteger("18446744073709551615");
    private static final BigInteger NO_LIMIT_OF_VERSION_1 = new BigInteger("9223372036854771712");

    @Test
    void read_eventOfRunc_hasItsNumbers() {
        ContainerEvent event = OciJson.read(RUNC, ContainerEvent.class);
        ContainerStats stats = requireNonNull(event.stats());

        assertThat(event.isStats()).isTrue();
        assertThat(event.isOom()).isFalse();
        assertThat(event.id()).isEqualTo("ocid1");
        assertThat(requireNonNull(stats.pids())).isEqualTo(new PidsStats(big(1), big(0), Map.of()));
        assertThat(stats.networkInterfaces()).isEmpty();
        assertThat(stats.hugetlb()).isEmpty();
        assertThat(stats.blkio()).extracting(BlkioStats::sectorsRecursive).isEqualTo(List.of());
        assertThat(stats.unknown()).containsOnlyKeys("cpuset", "intel_rdt");
        assertThat(stats.unknown().get("cpuset"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("sched_relax_domain_level", -1);
    }

    @Test
    void read_processorsOfRunc_haveTheirNumbers() {
        CpuStats cpu = requireNonNull(
                requireNonNull(OciJson.read(RUNC, ContainerEvent.class).stats()).cpu());

        assertThat(cpu.usage())
                .isEqualTo(new CpuStats.Usage(
                        big(15213483),
                        big(10000000),
                        big(0),
                        List.of(big(12370914), big(2842569)),
                        List.of(big(12000000), big(0)),
                        List.of(big(0), big(0)),
                        Map.of()));
        assertThat(cpu.throttling()).isEqualTo(new CpuStats.Throttling(big(0), big(0), big(0), Map.of()));
    }

    @Test
    void read_memoryOfRunc_hasItsNumbers() {
        MemoryStats memory = requireNonNull(
                requireNonNull(OciJson.read(RUNC, ContainerEvent.class).stats()).memory());

        assertThat(memory.cache()).isEqualTo(big(8192));
        assertThat(memory.usage())
                .isEqualTo(new MemoryStats.Usage(NO_LIMIT_OF_VERSION_1, big(520192), big(2236416), big(0), Map.of()));
        assertThat(memory.kernelTCP())
                .isEqualTo(new MemoryStats.Usage(NO_LIMIT_OF_VERSION_1, big(0), big(0), big(0), Map.of()));
        assertThat(memory.raw())
                .containsEntry("hierarchical_memory_limit", NO_LIMIT_OF_VERSION_1)
                .containsEntry("pgfault", big(675));
    }

    @Test
    void read_eventShapedAsOfRunsc_hasItsNumbers() {
        ContainerStats stats =
                requireNonNull(OciJson.read(RUNSC, ContainerEvent.class).stats());

        assertThat(requireNonNull(requireNonNull(stats.memory()).usage()).limit())
                .isEqualTo(MAX);
        assertThat(requireNonNull(stats.cpu()).throttling()).isNull();
        assertThat(stats.blkio()).isNull();
        assertThat(stats.networkInterfaces())
                .containsExactly(new NetworkInterfaceStats(
                        "eth0", big(1), big(2), big(3), big(4), big(5), big(6), big(7), MAX, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {RUNC, RUNSC})
    void readThenWrite_event_readsBackEqual(String json) {
        ContainerEvent event = OciJson.read(json, ContainerEvent.class);

        assertThat(OciJson.read(OciJson.write(event), ContainerEvent.class)).isEqualTo(event);
        assertThat(OciJson.write(event)).doesNotContain("networkInterfaces", "percpuKernel", "\"stats\":", "rxBytes");
    }

    @Test
    void read_blockDevicesAndHugePages_haveTheirNumbers() {
        ContainerStats stats = OciJson.read("""
                {"blkio":{"ioServiceBytesRecursive":[{"major":8,"op":"Read","value":4096},{"value":1}],"psi":{"some":1}},
                 "hugetlb":{"2MB":{"usage":1,"max":2,"failcnt":18446744073709551615},"1GB":{}}}
                """, ContainerStats.class);

        BlkioStats blkio = requireNonNull(stats.blkio());
        assertThat(blkio.ioServiceBytesRecursive())
                .containsExactly(
                        new BlkioStats.Entry(big(8), big(0), "Read", big(4096), Map.of()),
                        new BlkioStats.Entry(big(0), big(0), "", big(1), Map.of()));
        assertThat(blkio.unknown()).isEqualTo(Map.of("psi", Map.of("some", 1)));
        assertThat(stats.hugetlb())
                .isEqualTo(Map.of(
                        "2MB", new HugetlbStats(big(1), big(2), MAX, Map.of()),
                        "1GB", new HugetlbStats(big(0), big(0), big(0), Map.of())));
    }

    @Test
    void read_nothingTold_isAllNullOrEmpty() {
        assertThat(OciJson.read("{\"cpu\":null,\"network_interfaces\":null}", ContainerStats.class))
                .isEqualTo(new ContainerStats(null, null, null, null, Map.of(), List.of(), Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"pids\":{\"current\":-1}} | pids.current must be from 0 to 2^64-1, was -1",
                "{\"pids\":{\"limit\":18446744073709551616}} | pids.limit must be from 0 to 2^64-1",
                "{\"pids\":{\"current\":\"1\"}} | in pids.current",
                "{\"pids\":{\"current\":1.5}} | in pids.current",
                "{\"pids\":[]} | in pids",
                "{\"memory\":{\"raw\":{\"rss\":-1}}} | memory.raw.rss must be from 0 to 2^64-1, was -1",
                "{\"memory\":{\"raw\":{\"rss\":null}}} | memory.raw.rss is required",
                "{\"cpu\":{\"usage\":{\"percpu\":[null]}}} | cpu.usage.percpu must not hold null",
                "{\"network_interfaces\":[{\"RxBytes\":1}]} | network_interfaces.Name is required",
                "{\"hugetlb\":{\"2MB\":null}} | hugetlb.2MB is required",
            })
    void read_wrongValue_errorSaysWhereAndWhat(String json, String message) {
        assertThatThrownBy(() -> OciJson.read(json, ContainerStats.class))
                .isInstanceOf(OciJsonException.class)
                .hasMessageContaining(message);
    }

    @Test
    void read_eventOfAnotherType_keepsItsWordAndFields() {
        ContainerEvent oom = OciJson.read("{\"type\":\"oom\",\"id\":\"x\"}", ContainerEvent.class);
        ContainerEvent other = OciJson.read("{\"type\":\"new\",\"id\":\"x\",\"at\":1}", ContainerEvent.class);

        assertThat(oom).isEqualTo(ContainerEvent.oom("x"));
        assertThat(oom.isOom()).isTrue();
        assertThat(OciJson.write(oom)).isEqualTo("{\"type\":\"oom\",\"id\":\"x\"}");
        assertThat(other).isEqualTo(new ContainerEvent("new", "x", null, Map.of("at", 1)));
        assertThat(other.isOom() || other.isStats()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":\"x\"} | type is required",
                "{\"type\":\"oom\"} | id is required",
                "{\"type\":\"stats\",\"id\":\"x\"} | data is required",
                "{\"type\":\"stats\",\"id\":\"x\",\"data\":null} | data is required",
            })
    void read_eventThatLacksAField_errorNamesIt(String json, String message) {
        assertThatThrownBy(() -> OciJson.read(json, ContainerEvent.class))
                .isInstanceOf(OciJsonException.class)
                .hasMessageContaining(message);
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
