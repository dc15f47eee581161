// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/**
 * One command that is carried out.
 *
 * @param global the options before the name of the command
 * @param line what follows the name
 * @param corruption what becomes of answers
 */
record Call(FakeCommand command, CommandLine global, CommandLine line, UnaryOperator<String> corruption) {
    Call with(Failpoint failpoint) {
        return new Call(command, global, line, failpoint::corrupt);
    }

    String id() {
        return line.word(0);
    }

    /** Completes when the answer is taken. */
    Mono<Void> answer(String text) {
        return command.streams().stdout().write(corruption.apply(text).getBytes(StandardCharsets.UTF_8));
    }
}
