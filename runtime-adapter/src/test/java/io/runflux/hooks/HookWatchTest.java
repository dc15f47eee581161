// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class HookWatchTest {
    private static final String ALWAYS = "{\"always\": true}";
    private static final Duration LOOK = HookDirectories.WATCH_INTERVAL;

    @TempDir
    Path parent = Path.of("/");

    private HookFolder folder = HookFolder.NONE;

    @BeforeEach
    void createFolder() {
        folder = HookFolder.create(parent, "hooks.d");
    }

    @Test
    void watch_changes_areEmittedOnceEach() {
        StepVerifier.withVirtualTime(this::watch)
                .assertNext(holds())
                .then(() -> folder.add("b.json", ALWAYS, "poststart"))
                .thenAwait(LOOK)
                .assertNext(holds("b.json"))
                .then(() -> folder.add("a.json", ALWAYS, "poststart"))
                .thenAwait(LOOK)
                .assertNext(holds("a.json", "b.json"))
                .then(() -> folder.replace("a.json", folder.json(ALWAYS, "poststop")))
                .thenAwait(LOOK)
                .assertNext(set -> assertThat(set.hooks().get(0).stages()).containsExactly("poststop"))
                .then(() -> folder.remove("b.json"))
                .thenAwait(LOOK)
                .assertNext(holds("a.json"))
                .expectNoEvent(LOOK.multipliedBy(10))
                .thenCancel()
                .verify(HookFolder.TIMEOUT);
    }

    @Test
    void watch_nothingButAnOtherText_isNoChange() {
        folder.add("a.json", ALWAYS, "poststart");

        StepVerifier.withVirtualTime(this::watch)
                .assertNext(holds("a.json"))
                .then(() -> folder.write("a.json", " " + folder.json(ALWAYS, "poststart")))
                .expectNoEvent(LOOK.multipliedBy(2))
                .then(() -> folder.write("a.txt", "x"))
                .expectNoEvent(LOOK.multipliedBy(2))
                .thenCancel()
                .verify(HookFolder.TIMEOUT);
    }

    @Test
    void watch_changeWithinTheInterval_waitsForIt() {
        StepVerifier.withVirtualTime(this::watch)
                .assertNext(holds())
                .then(() -> folder.add("a.json", ALWAYS, "poststart"))
                .expectNoEvent(LOOK.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .assertNext(holds("a.json"))
                .thenCancel()
                .verify(HookFolder.TIMEOUT);
    }

    @Test
    void watch_errors_areEmittedOnceAndTakenBack() {
        folder.write("a.json", "{");

        StepVerifier.withVirtualTime(this::watch)
                .assertNext(set -> assertThat(set.errors()).hasSize(1))
                .expectNoEvent(LOOK.multipliedBy(3))
                .then(() -> folder.write("a.json", "{}"))
                .thenAwait(LOOK)
                .assertNext(set -> assertThat(set.errors()).hasSize(1))
                .then(() -> folder.add("a.json", ALWAYS, "poststart"))
                .thenAwait(LOOK)
                .assertNext(holds("a.json"))
                .thenCancel()
                .verify(HookFolder.TIMEOUT);
    }

    @Test
    void watch_programOpenedToOthers_takesItsHookAway() {
        folder.add("a.json", ALWAYS, "poststart");

        StepVerifier.withVirtualTime(this::watch)
                .assertNext(holds("a.json"))
                .then(() -> HookFolder.mode(folder.program(), "rwxrwxrwx"))
                .thenAwait(LOOK)
                .assertNext(set -> {
                    assertThat(set.hooks()).isEmpty();
                    assertThat(set.errors()).singleElement().asString().contains("has mode 0777");
                })
                .thenCancel()
                .verify(HookFolder.TIMEOUT);
    }

    @Test
    void watch_missingDirectory_fails() {
        Path missing = parent.resolve("none");
        HookDirectories directories = HookDirectories.of(List.of(folder.path(), missing));

        StepVerifier.withVirtualTime(directories::watch)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(HookFileException.class)
                        .hasMessage("cannot use '" + missing + "': '" + missing + "' does not exist"))
                .verify(HookFolder.TIMEOUT);
    }

    @Test
    void watch_directoryVanishes_failsAtTheNextLook() {
        folder.add("a.json", ALWAYS, "poststart");

        StepVerifier.withVirtualTime(this::watch)
                .assertNext(holds("a.json"))
                .then(folder::remove)
                .thenAwait(LOOK)
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("does not exist"))
                .verify(HookFolder.TIMEOUT);
    }

    @Test
    void watch_slowSubscriber_getsTheLatest() {
        StepVerifier.withVirtualTime(this::watch, 1)
                .assertNext(holds())
                .then(() -> folder.add("a.json", ALWAYS, "poststart"))
                .thenAwait(LOOK)
                .then(() -> folder.add("b.json", ALWAYS, "poststart"))
                .thenAwait(LOOK)
                .thenRequest(1)
                .assertNext(holds("a.json", "b.json"))
                .thenCancel()
                .verify(HookFolder.TIMEOUT);
    }

    @Test
    void watch_cancelled_looksNoMore() {
        VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
        List<HookSet> sets = new ArrayList<>();
        try {
            Disposable subscription = watch().subscribe(sets::add);
            clock.advanceTimeBy(LOOK.multipliedBy(2));
            long scheduled = clock.getScheduledTaskCount();

            subscription.dispose();
            folder.add("a.json", ALWAYS, "poststart");
            clock.advanceTimeBy(LOOK.multipliedBy(2));

            assertThat(clock.getScheduledTaskCount()).isEqualTo(scheduled);
            assertThat(sets).hasSize(1);
        } finally {
            VirtualTimeScheduler.reset();
        }
    }

    @Test
    void watch_inRealTime_seesAFileAddedRightAfterTheFirstSet() {
        Flux<HookSet> watch =
                HookDirectories.of(List.of(folder.path())).watch(Duration.ofMillis(5), Schedulers.parallel());

        StepVerifier.create(watch)
                .assertNext(holds())
                .then(() -> folder.replace("a.json", folder.json(ALWAYS, "poststart")))
                .assertNext(holds("a.json"))
                .then(() -> folder.remove("a.json"))
                .assertNext(holds())
                .thenCancel()
                .verify(HookFolder.TIMEOUT);
    }

    private Flux<HookSet> watch() {
        return HookDirectories.of(List.of(folder.path())).watch();
    }

    private static Consumer<HookSet> holds(String... names) {
        return set -> {
            assertThat(set.hooks()).extracting(HookFile::name).containsExactly(names);
            assertThat(set.errors()).isEmpty();
        };
    }
}
