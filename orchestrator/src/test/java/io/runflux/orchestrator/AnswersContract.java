// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventFilter;
import io.runflux.events.RuntimeEvent.Gap;
import io.runflux.events.SubscribeOptions;
import io.runflux.events.Topic;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerNotRunningException;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.ProcessState;
import io.runflux.runtime.ProcessTable;
import io.runflux.runtime.ProcessView;
import io.runflux.stdio.LogRecord;
import io.runflux.stdio.LogStart;
import io.runflux.stdio.StdioUri;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What can be asked, and what is told unasked. */
interface AnswersContract extends ContractStage {
    private static ContainerStats stats() {
        BigInteger large = new BigInteger("18446744073709551615");
        return new ContainerStats(null, null, null, null, Map.of(), List.of(), Map.of("largest", large));
    }

    private StdioUri log() {
        return StdioUri.file(directory().resolve("log"));
    }

    @Test
    default void snapshot_followed_missesNothingAndTellsNothingTwice() {
        ContainerSnapshot before = await(orchestrator().snapshot());
        await(orchestrator().launch(request("exit 0")));
        await(orchestrator().waitFor(ID));
        orchestrator().remove(ID, DeleteOptions.defaults()).block(LIMIT);

        assertThat(before.epoch()).isEqualTo(engine().eventStream().epoch());
        assertThat(before.containers()).isEmpty();
        StepVerifier.create(
                        orchestrator().events(before.follow(EventFilter.all())).map(EventEnvelope::topic))
                .expectNext(Topic.CREATE, Topic.START, Topic.EXIT, Topic.DELETE)
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    default void snapshot_severalContainers_areWhatTheEngineKnowsInOrder() {
        launch();
        await(orchestrator()
                .create(LaunchRequest.rootfs(
                        ContainerId.of("rf-another"), directory().getRoot(), command("exit 0"))));

        ContainerSnapshot snapshot = await(orchestrator().snapshot());

        assertThat(snapshot).isEqualTo(await(engine().snapshot()));
        assertThat(snapshot.containers())
                .extracting(ContainerInfo::status)
                .containsExactly(ContainerStatus.CREATED, ContainerStatus.RUNNING);
        assertThat(await(orchestrator().list().collectList())).isEqualTo(snapshot.containers());
    }

    @Test
    default void inspect_launched_isWhatTheEngineKnows() {
        LaunchStreams streams = new LaunchStreams(false, new TerminalSize(24, 80), log());
        await(orchestrator().launch(request("exec sleep 60").withStreams(streams)));

        ContainerDetails details = await(orchestrator().inspect(ID));

        assertThat(details).isEqualTo(await(engine().inspect(ID)));
        assertThat(details.streams()).isEqualTo(streams);
        assertThat(details.state()).isNotNull();
    }

    @Test
    default void stats_runs_isWhatTheRuntimeTells() {
        runtime().play("stats", Mono.fromSupplier(AnswersContract::stats));
        launch();

        assertThat(await(orchestrator().stats(ID))).isEqualTo(stats());
    }

    @Test
    default void stats_atAnInterval_comeUntilTheEnd() {
        runtime().play("stats", Mono.fromSupplier(AnswersContract::stats));
        launch();

        StepVerifier.create(orchestrator().stats(ID, Duration.ofMillis(100)))
                .expectNext(stats(), stats())
                .then(() -> orchestrator()
                        .stop(ID, StopOptions.defaults())
                        .onErrorComplete()
                        .subscribe())
                .thenConsumeWhile(sample -> true)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    default void stats_stopped_isRefused() {
        await(orchestrator().launch(request("exit 0")));
        await(orchestrator().waitFor(ID));

        assertThat(failure(orchestrator().stats(ID))).isInstanceOf(ContainerNotRunningException.class);
        assertThat(failure(orchestrator().stats(ID, Duration.ofSeconds(1)).then()))
                .isInstanceOf(ContainerNotRunningException.class);
    }

    @Test
    default void stats_tooOften_isRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> orchestrator().stats(ID, Duration.ofMillis(99)))
                .withMessage("interval must be at least PT0.1S, was PT0.099S");
    }

    @Test
    default void processes_severalInIt_areThoseOfTheRuntime() {
        await(orchestrator().launch(request("sleep 61 & exec sleep 60")));

        List<ProcessState> processes = await(orchestrator()
                .processes(ID)
                .filter(process -> String.join(" ", process.command()).matches("(\\S*/)?sleep 6[01]"))
                .collectList()
                .filter(sleeping -> sleeping.size() == 2)
                .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(10))));

        assertThat(processes)
                .isEqualTo(await(
                        engine().runtime().processes(ID, ProcessView.RUNNING).collectList()));
        assertThat(processes).extracting(process -> process.command().get(1)).containsExactlyInAnyOrder("60", "61");
        assertThat(processes)
                .filteredOn(ProcessState::createdByRuntime)
                .extracting(ProcessState::pid)
                .containsExactly(await(orchestrator().inspect(ID)).info().pid());
    }

    @Test
    default void top_columns_reachTheRuntime() {
        ProcessTable table = new ProcessTable(List.of("PID", "%CPU"), List.of(List.of("7", "0.1")));
        runtime().play("top", Mono.just(table));
        launch();

        assertThat(await(orchestrator().top(ID, TopOptions.parse("pid,%cpu")))).isEqualTo(table);
        assertThat(await(orchestrator().top(ID, TopOptions.defaults()))).isEqualTo(table);

        assertThat(runtime().given()).containsExactly(List.of("-o", "pid,%cpu"), List.of());
    }

    @Test
    default void top_runtimeWithoutATable_saysSo() {
        launch();

        assertThat(failure(orchestrator().top(ID, TopOptions.defaults()))).isInstanceOf(NotSupportedException.class);
    }

    @Test
    default void processes_stopped_areRefused() {
        await(orchestrator().launch(request("exit 0")));
        await(orchestrator().waitFor(ID));

        assertThat(failure(orchestrator().processes(ID).then())).isInstanceOf(ContainerNotRunningException.class);
        assertThat(failure(orchestrator().top(ID, TopOptions.defaults())))
                .isInstanceOf(ContainerNotRunningException.class);
    }

    @Test
    default void logs_whatWasWritten_isReadWithItsTimes() {
        await(orchestrator()
                .launch(request("echo one; echo two; echo three")
                        .withStreams(LaunchStreams.none().withLog(log()))));
        await(orchestrator().logs(ID, LogsOptions.defaults().withFollow(true)).collectList());

        List<LogRecord> records =
                await(orchestrator().logs(ID, LogsOptions.defaults()).collectList());

        assertThat(records)
                .isEqualTo(await(engine().logs(ID, LogsOptions.defaults()).collectList()));
        assertThat(records).extracting(LogRecord::text).containsExactly("one\n", "two\n", "three\n");
        LogsOptions last = LogsOptions.defaults().withStart(LogStart.last(1));
        assertThat(await(orchestrator().logs(ID, last).map(LogRecord::text).collectList()))
                .containsExactly("three\n");
    }

    @Test
    default void logs_followed_endWithTheContainer() {
        await(orchestrator()
                .launch(request("echo one; sleep 0.2; echo two")
                        .withStreams(LaunchStreams.none().withLog(log()))));

        StepVerifier.create(orchestrator()
                        .logs(ID, LogsOptions.defaults().withFollow(true))
                        .map(LogRecord::text))
                .expectNext("one\n", "two\n")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    default void logs_none_saysSo() {
        launch();

        assertThat(failure(orchestrator().logs(ID, LogsOptions.defaults()).then()))
                .isInstanceOfSatisfying(
                        NoLogException.class, error -> assertThat(error.id()).isEqualTo(ID))
                .hasMessage("container " + ID + " has no log in a file");
    }

    @Test
    default void events_filtered_areThoseOnly() {
        await(orchestrator().launch(request("exit 0")));
        await(orchestrator().waitFor(ID));
        EventFilter starts = EventFilter.all().withTopics(Topic.START.path()).withContainers(ID);

        EventEnvelope event = await(orchestrator()
                .events(SubscribeOptions.defaults().withFilter(starts).from(1))
                .next());

        assertThat(event)
                .isEqualTo(await(engine().events(
                                SubscribeOptions.defaults().withFilter(starts).from(1))
                        .next()));
    }

    @Test
    default void events_ofAnotherLife_beginWithAGap() {
        await(orchestrator().create(request("exit 0")));

        StepVerifier.create(orchestrator().events(SubscribeOptions.defaults().from("another", 7)))
                .assertNext(gap -> assertThat(gap.event())
                        .isInstanceOfSatisfying(
                                Gap.class, event -> assertThat(event.reason()).isEqualTo(Gap.Reason.EPOCH_CHANGED)))
                .assertNext(event -> assertThat(event.topic()).isEqualTo(Topic.CREATE))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    default void events_live_comeInOrderToEverySubscriber() {
        Flux<Long> numbers = orchestrator()
                .events(SubscribeOptions.defaults().from(1))
                .map(EventEnvelope::sequence)
                .take(80);
        StepVerifier subscribers = StepVerifier.create(Flux.range(0, 5).flatMap(i -> numbers.collectList()))
                .recordWith(java.util.ArrayList::new)
                .expectNextCount(5)
                .consumeRecordedWith(all -> assertThat(all).allSatisfy(each -> assertThat(each)
                        .isSorted()
                        .doesNotHaveDuplicates()
                        .hasSize(80)))
                .expectComplete()
                .verifyLater();

        Flux.range(0, 20)
                .flatMap(
                        i -> orchestrator()
                                .run(RunRequest.rootfs(
                                        ContainerId.of(ID + "-" + i),
                                        directory().getRoot(),
                                        command("exit 0"))),
                        5)
                .blockLast(LIMIT);

        subscribers.verify(LIMIT);
    }

    @Test
    default void sweep_nothingLeft_tellsSo() {
        launch();

        SweepReport report = await(orchestrator().sweep());

        assertThat(report.released()).isEmpty();
        assertThat(report.errors()).isEmpty();
    }
}
