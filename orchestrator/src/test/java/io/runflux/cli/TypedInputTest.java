// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class TypedInputTest {
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private static TypedInput typed(String text) {
        ByteArrayInputStream keyboard = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
        return new TypedInput(keyboard, DetachKeys.parse("ctrl-p,ctrl-q"));
    }

    private static void assertStays(Mono<Void> left) {
        StepVerifier.create(left)
                .expectSubscription()
                .expectNoEvent(AT_ONCE)
                .thenCancel()
                .verify();
    }

    @Test
    void read_keysToLeave_endsAndSaysSoAfterWhatWasTypedBefore() throws IOException {
        TypedInput input = typed("ab\020\021cd");
        byte[] first = new byte[1];

        assertThat(input.read(first)).isEqualTo(1);
        assertThat(input.read()).isEqualTo('b');
        assertStays(input.left());
        assertThat(input.read()).isEqualTo(-1);
        assertThat(input.read(first)).isEqualTo(-1);

        assertThat(first).containsExactly('a');
        StepVerifier.create(input.left()).expectComplete().verify(Duration.ofSeconds(1));
    }

    @Test
    void read_endOfInput_isNotLeaving() throws IOException {
        TypedInput input = typed("ab\020");

        assertThat(input.readAllBytes()).containsExactly('a', 'b');
        assertStays(input.left());
    }
}
