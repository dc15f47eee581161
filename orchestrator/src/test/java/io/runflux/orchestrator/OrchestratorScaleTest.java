// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventStream;
import io.runflux.events.ExitStatus;
import io.runflux.events.OverflowPolicy;
import io.runflux.events.RuntimeEvent.Created;
import io.runflux.events.RuntimeEvent.Deleted;
import io.runflux.events.RuntimeEvent.Exited;
import io.runflux.events.RuntimeEvent.Gap;
import io.runflux.events.RuntimeEvent.Started;
import io.runflux.events.SubscribeOptions;
import io.runflux.events.Topic;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Many containers, many at a time, while one subscriber of their events stands still throughout. Those who go on
 * reading lose nothing under any policy, however slow this machine is, since nothing ever waits for their demand, and
 * the window keeps as many events as there will be. It is full of others before, so that its filling is not taken for a
 * leak.
 */
@Tag("once")
class OrchestratorScaleTest {
    private static final Duration LIMIT = Duration.ofSeconds(100);
    private static final String PREFIX = "rf-scale-" + ProcessHandle.current().pid() + "-";
    private static final int AT_A_TIME = 32;
    private static final int EVENTS = 4;
    /** A prime, so that neighbours end with different codes, and those at the same place of two batches as well. */
    private static final int CODES = 251;
    /** Five times what was measured. 256 bytes that are kept of each container of the larger test are more. */
    private static final long HEAP_NOISE = 160 << 10;

    @TempDir
    private Path directory;

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
        Stream<String> files =
                Stream.of("bundles", "state", "calls").map(directory::resolve).flatMap(Remains::files);
        assertThat(Stream.of(files, Remains.mounts(directory), Remains.cgroups(PREFIX))
                        .flatMap(found -> found))
                .isEmpty();
    }

    /** The one that stands still does not ask for more. */
    @Test
    void run_thousandOfTheHost_areSeenOnceAndInOrderAndNothingGrows(TestReporter reporter) {
        HostRuntimeConfig config = HostRuntimeConfig.defaults().withRoot(directory.resolve("state"));
        Load load = new Load(1000, Path.of("/"), shared -> OciRuntimes.host(shared, config));
        EventReader idle = load.subscribe(EventReader.idle(), OverflowPolicy.DROP);

        List<EventEnvelope> all = load.run(idle, reporter);

        int buffer = SubscribeOptions.defaults().bufferSize();
        long first = all.get(0).sequence();
        long last = all.get(all.size() - 1).sequence();
        assertThat(idle.seen().get(0)).isEqualTo(all.get(0));
        assertThat(idle.seen().get(1).event()).isEqualTo(new Gap(first + 1, last - buffer, Gap.Reason.OVERFLOW));
        assertThat(idle.seen().subList(2, idle.seen().size())).isEqualTo(all.subList(all.size() - buffer, all.size()));
    }

    /** The one that stands still does not return. */
    @Test
    @RequiresRoot
    @RequiresRuntime("runc")
    @RequiresProgram("busybox")
    void run_twoHundredOfRunc_areSeenOnceAndInOrderAndNothingGrows(TestReporter reporter) throws Exception {
        RuntimeConfig config = RuntimeConfig.builder(RuncRunTest.runc())
                .root(directory.resolve("state"))
                .temporaryDirectory(Remains.newDirectory(directory, "calls"))
                .build();
        Path rootfs = RuncRunTest.busyboxRoot(Remains.newDirectory(directory, "rootfs"));
        Load load = new Load(200, rootfs, shared -> OciRuntimes.runc(shared, config));
        EventReader blocked = load.subscribe(EventReader.blocking(), OverflowPolicy.WAIT);

        List<EventEnvelope> all = load.run(blocked, reporter);

        assertThat(blocked.seen()).isEqualTo(all);
    }

    /** Containers that are run through one orchestrator, and those who read of it. */
    private final class Load {
        private final int containers;
        private final Path rootfs;
        private final EventStream events;
        private final EmbeddedOrchestrator orchestrator;
        private final List<EventReader> readers;

        Load(int containers, Path rootfs, Function<ProcessLauncher, OciRuntime> runtime) {
            this.containers = containers;
            this.rootfs = rootfs;
            events = EventStream.builder().windowSize(EVENTS * containers).build();
            fillWindow();
            orchestrator = Orchestrator.builder()
                    .launcher(launcher)
                    .runtime(runtime)
                    .events(events)
                    .bundleDirectory(Remains.newDirectory(directory, "bundles"))
                    .build();
            readers = Stream.of(OverflowPolicy.values())
                    .flatMap(policy -> Stream.of(
                            subscribe(EventReader.unbounded(), policy), subscribe(EventReader.oneByOne(), policy)))
                    .toList();
        }

        private void fillWindow() {
            for (int i = 0; i < containers; i++) {
                ContainerId id = ContainerId.of(PREFIX + "before-" + i);
                String bundle =
                        directory.resolve("bundles").resolve("before-" + i).toString();
                events.publish(new Created(id, bundle, i, "none"), "before " + i);
                events.publish(new Started(id, i), "before " + i);
                events.publish(new Exited(id, null, i, ExitStatus.exited(0), Instant.now(), Duration.ofMillis(i)));
                events.publish(new Deleted(id, null, ExitStatus.exited(0), Instant.now()), "before " + i);
            }
        }

        EventReader subscribe(EventReader reader, OverflowPolicy policy) {
            events.events(SubscribeOptions.defaults().withOverflow(policy)).subscribe(reader);
            return reader;
        }

        /** Returns what everybody has seen who did not stand still. */
        List<EventEnvelope> run(EventReader still, TestReporter reporter) {
            int quarter = containers / 4;
            long begin = System.nanoTime();
            runAndAwait(0, quarter);
            Usage early = Usage.now();
            runAndAwait(quarter, containers);
            long nanos = System.nanoTime() - begin;
            Usage late = Usage.now();
            reporter.publishEntry(figures(early, late, Duration.ofNanos(nanos)));

            assertThat(late.exceeds(early, HEAP_NOISE)).isEmpty();
            assertThat(still.seen()).hasSize(1);
            return end(still);
        }

        private void runAndAwait(int from, int to) {
            List<RunReport> reports = Flux.range(from, to - from)
                    .flatMap(this::run, AT_A_TIME)
                    .collectList()
                    .blockOptional(LIMIT)
                    .orElseThrow();
            assertThat(reports).hasSize(to - from).allSatisfy(report -> assertThat(report.status())
                    .isEqualTo(status(report.id())));
            readers.forEach(reader -> reader.await(EVENTS * (to - from)));
            assertThat(orchestrator.list().collectList().block(LIMIT)).isEmpty();
            assertThat(((DefaultOrchestrator) orchestrator).tracked()).isZero();
        }

        private Mono<RunReport> run(int number) {
            ContainerId id = ContainerId.of(PREFIX + number);
            return orchestrator.run(RunRequest.rootfs(id, rootfs, List.of("/bin/sh", "-c", "exit " + number % CODES)));
        }

        private Map<String, String> figures(Usage early, Usage late, Duration time) {
            return Map.of(
                    "containers",
                            containers + " in " + time.toMillis() + " ms, " + containers * 1000L / time.toMillis()
                                    + " a second",
                    "after a quarter", early.toString(),
                    "at the end", late.toString());
        }

        private List<EventEnvelope> end(EventReader still) {
            still.goOn();
            orchestrator.disposeLater().then(events.disposeLater(LIMIT)).block(LIMIT);
            List<EventEnvelope> all = readers.get(0).seen();
            assertEveryLifeInOrder(all);
            assertThat(readers)
                    .allSatisfy(reader -> assertThat(reader.isComplete()).isTrue());
            assertThat(readers).allSatisfy(reader -> assertThat(reader.seen()).isEqualTo(all));
            assertThat(still.isComplete()).isTrue();
            return all;
        }

        private void assertEveryLifeInOrder(List<EventEnvelope> all) {
            int before = EVENTS * containers;
            assertThat(all)
                    .extracting(envelope -> (int) envelope.sequence())
                    .containsExactlyElementsOf(IntStream.rangeClosed(before + 1, 2 * before)
                            .boxed()
                            .toList());
            Map<ContainerId, List<EventEnvelope>> lives = all.stream()
                    .collect(groupingBy(each -> each.event().containerId(), mapping(Function.identity(), toList())));
            assertThat(lives).hasSize(containers).allSatisfy(OrchestratorScaleTest::assertWhole);
        }
    }

    private static ExitStatus status(ContainerId id) {
        return ExitStatus.exited(Integer.parseInt(id.value().substring(PREFIX.length())) % CODES);
    }

    private static void assertWhole(ContainerId id, List<EventEnvelope> life) {
        assertThat(life)
                .extracting(EventEnvelope::topic)
                .containsExactly(Topic.CREATE, Topic.START, Topic.EXIT, Topic.DELETE);
        assertThat(((Exited) life.get(2).event()).exitStatus()).isEqualTo(status(id));
    }
}
