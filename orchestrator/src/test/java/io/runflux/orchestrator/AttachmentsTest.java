// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;
import reactor.test.StepVerifier;

class AttachmentsTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int CHUNK = 64 * 1024;

    private final Attachments attachments = new Attachments(ID, true, Mono.just(ExitStatus.exited(0)));
    private final PipedProcess process = new PipedProcess();
    private final ContainerProcess shared = attachments.share(process);
    private final List<String> owner = collect(shared.stdout());

    private static List<String> collect(ByteBufFlux output) {
        List<String> texts = new CopyOnWriteArrayList<>();
        output.asString(StandardCharsets.UTF_8).subscribe(texts::add, error -> texts.add(error.getMessage()));
        return texts;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    @Test
    void stdout_attachedLater_getsWhatFollowsAndTheOwnerGetsAll() {
        process.write("one");
        List<String> first = collect(attachments.attach().stdout());
        process.write("two");
        List<String> second = collect(attachments.attach().stdout());
        process.write("three");

        assertThat(owner).containsExactly("one", "two", "three");
        assertThat(first).containsExactly("two", "three");
        assertThat(second).containsExactly("three");
    }

    @Test
    void stdout_nobodyReadsYet_waits() {
        Attachment attachment = attachments.attach();
        process.write("one");

        assertThat(collect(attachment.stdout())).containsExactly("one");
    }

    @Test
    void stdout_tooSlow_isCutOffAndNobodyElseIs() {
        Attachment slow = attachments.attach();
        List<String> quick = collect(attachments.attach().stdout());
        String chunk = "x".repeat(CHUNK);
        for (long waiting = 0; waiting <= Attachment.MAX_WAITING_BYTES; waiting += CHUNK) {
            process.write(chunk);
        }

        StepVerifier.create(slow.stdout().then())
                .expectErrorMessage("more than 1048576 bytes of the output of container c1 waited to be read")
                .verify(LIMIT);
        process.write("last");
        assertThat(quick).hasSize(18).endsWith("last");
        assertThat(owner).hasSize(18);
        assertThat(attachments.count()).isEqualTo(1);
    }

    @Test
    void stdout_nobodyReadsItAnyMore_doesNotCountForTheOther() {
        Attachment attachment = attachments.attach();
        List<String> errors = collect(attachment.stderr());
        shared.stderr().subscribe();
        attachment.stdout().subscribe().dispose();
        String chunk = "x".repeat(CHUNK);
        for (int i = 0; i < 20; i++) {
            process.write(chunk);
        }
        process.fail("oops");

        assertThat(errors).containsExactly("oops");
    }

    @Test
    void end_completesAllAndThoseWhoComeLater() {
        Attachment before = attachments.attach();
        process.write("one");

        attachments.end();

        StepVerifier.create(before.stdout().asString())
                .expectNext("one")
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(attachments.attach().stdout()).expectComplete().verify(LIMIT);
        StepVerifier.create(before.drained()).expectComplete().verify(LIMIT);
    }

    @Test
    void attach_moreThanTheBound_isRefusedUntilOneLeaves() {
        Attachment first = attachments.attach();
        for (int i = 1; i < Attachments.MAX; i++) {
            attachments.attach();
        }

        assertThatThrownBy(attachments::attach)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("64 are attached to container c1 already");
        first.release().block(LIMIT);
        first.release().block(LIMIT);
        attachments.attach();
        assertThatThrownBy(attachments::attach).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void send_several_allReachTheProcessAndItsInputStaysOpen() {
        shared.send(Flux.never()).subscribe();

        attachments.attach().send(Mono.just(bytes("one"))).block(LIMIT);
        attachments.attach().send(Mono.just(bytes("two"))).block(LIMIT);

        assertThat(process.told()).containsExactly("one", "two");
    }

    @Test
    void send_sourceFails_isTheErrorOfTheSenderAlone() {
        shared.send(Flux.never()).subscribe();

        StepVerifier.create(attachments.attach().send(Mono.error(new IllegalStateException("no luck"))))
                .expectErrorMessage("no luck")
                .verify(LIMIT);
        attachments.attach().send(Mono.just(bytes("two"))).block(LIMIT);

        assertThat(process.told()).containsExactly("two");
    }

    @Test
    void send_cancelled_cancelsItsSource() {
        shared.send(Flux.never()).subscribe();
        Sinks.Many<ByteBuf> source = Sinks.many().unicast().onBackpressureBuffer();

        attachments.attach().send(source.asFlux()).subscribe().dispose();

        assertThat(source.currentSubscriberCount()).isZero();
    }

    @Test
    void send_cancelledBeforeTheStart_leavesNothing() {
        for (int i = 0; i < 100; i++) {
            Attachment attachment = attachments.attach();
            attachment.send(Flux.never()).subscribe().dispose();
            attachment.release().block(LIMIT);
        }

        assertThat(attachments.waitingInputs()).isZero();
        shared.send(Flux.never()).subscribe();
        attachments.attach().send(Mono.just(bytes("one"))).block(LIMIT);
        assertThat(process.told()).containsExactly("one");
    }

    @Test
    void send_containerEnds_completes() {
        shared.send(Flux.never()).subscribe();
        StepVerifier sender = StepVerifier.create(attachments.attach().send(Flux.never()))
                .expectComplete()
                .verifyLater();

        attachments.end();

        sender.verify(LIMIT);
    }

    @Test
    void send_noInput_isRefused() {
        Attachments deaf = new Attachments(ID, false, Mono.never());

        StepVerifier.create(deaf.attach().send(Flux.never()))
                .expectErrorMessage("container c1 takes no input of those who are attached")
                .verify(LIMIT);
    }

    @Test
    void resize_one_reachesTheProcess() {
        attachments.attach().resize(new TerminalSize(24, 80)).block(LIMIT);

        assertThat(process.told()).containsExactly("24x80");
    }

    @Test
    void relay_copies_areThoseOfAnyProcess() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Attachment attachment = attachments.attach();
        process.write("one\n");
        attachments.end();

        ContainerStreams.copyTo(output, new ByteArrayOutputStream())
                .relay(attachment)
                .block(LIMIT);

        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("one\n");
    }
}
