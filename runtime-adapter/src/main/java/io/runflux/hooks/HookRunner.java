// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.oci.Hook;
import io.runflux.process.ProcessLauncher;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Runs one hook. A caller that wants to know of every hook that is run wraps another runner. */
@FunctionalInterface
public interface HookRunner {
    /**
     * Returns a runner of programs of this host. It is safe for concurrent use, and has nothing to dispose of.
     *
     * @param launcher what hooks are started with, which stays its owner's
     * @return the runner
     */
    static HookRunner of(ProcessLauncher launcher) {
        return new ProcessHookRunner(Objects.requireNonNull(launcher, "launcher"), Schedulers.parallel());
    }

    /**
     * Runs a hook to its end: starts it, feeds it the state, and waits for its exit and for the end of its input and
     * output. Something that the hook left in the background and that holds its output delays that end.
     *
     * <p>The path is taken as it is, without a search; a relative one starts at the hook's working directory. The
     * environment is the hook's own alone; of equal names the last counts. Of the state what the hook does not read is
     * dropped.
     *
     * <p>Two limits can end it early: that of the hook, in whole seconds, where zero and less have passed at once, and
     * that of the options; and the options can cancel it. All of them count from the start of the process, and
     * whichever comes first has the process killed, or its group if the options say so. From the kill on the post-kill
     * timeout bounds the wait for the end; if that passes too, the streams are closed, and the launcher goes on waiting
     * for the process in the background. A start that takes longer than limit and post-kill timeout together is given
     * up.
     *
     * @param hook what to run
     * @param state what it reads on its standard input, mostly the JSON of the container's state; not to be changed
     *     before the end
     * @param options how to run it
     * @return what came of it, never empty; whatever the hook does is a result and no error. Nothing is started before
     *     this is subscribed to, and every subscription runs it anew; cancelling kills the hook as a limit does, and
     *     releases it in the background. Signals are emitted on event loops and on timers
     */
    Mono<HookResult> run(Hook hook, byte[] state, HookOptions options);
}
