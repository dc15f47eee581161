// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import reactor.core.publisher.Mono;

/**
 * A command whose process was started, and whose streams are copied from then on, whether or not somebody waits. Its
 * owner ends with {@link #release()}, or waits for its end. Safe for concurrent use.
 */
public interface StartedCommand {
    /**
     * Returns the process, to be signalled and resized. Its streams are the command's.
     *
     * @return the process, which this releases
     */
    HostedProcess process();

    /**
     * Returns what is known of the end.
     *
     * @return the state; its code is -1 until the process has ended
     */
    ExitState exitState();

    /**
     * Waits for the end of the process and of the work with its standard output and error, releases the process, and
     * says how it ended. Allowed once.
     *
     * <p>Never waits for the source of standard input, which is cancelled at the end. What goes wrong with it is
     * reported if it was noticed before that end. A {@link io.runflux.process.StdinClosedException} is, if the source
     * had yielded bytes that could not be written any more: surely if the process closed its input and ran on, by
     * chance if it exited.
     *
     * @return the state of a process that ended with code 0; fails with {@link CommandException} if anything went
     *     wrong, with {@link java.util.concurrent.CancellationException} if it was released meanwhile, or with
     *     {@link IllegalStateException} on a second subscription; cancelling ends the waiting alone
     */
    Mono<ExitState> waitFor();

    /**
     * Ends everything when subscribed to: cancels what is done with the streams, and releases the process, which kills
     * it if it still runs.
     *
     * @return completes empty when all is released; repeating does nothing
     */
    Mono<Void> release();
}
