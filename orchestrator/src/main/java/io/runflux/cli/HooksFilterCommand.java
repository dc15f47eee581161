// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.hooks.ConfigChange;
import io.runflux.hooks.FilteredConfig;
import io.runflux.hooks.HookOptions;
import io.runflux.hooks.HookOutput;
import io.runflux.hooks.HookRunner;
import io.runflux.hooks.HookSelection;
import io.runflux.hooks.HookSet;
import io.runflux.hooks.RuntimeConfigFilter;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import io.runflux.process.Stdio;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import reactor.core.publisher.Mono;

@Command(
        name = "filter",
        description = "Prints the configuration that a run of the bundle with these hooks would create its container"
                + " by: with the hooks that the runtime would call, and as the precreate hooks, which are run, leave"
                + " it. Their standard error is this command's own. Nothing is written. Without --hooks-dir the hooks"
                + " are those of /usr/share/containers/oci/hooks.d and /etc/containers/oci/hooks.d, of which run takes none"
                + " unless it is told to.",
        mixinStandardHelpOptions = true)
final class HooksFilterCommand implements Callable<Integer> {
    private static final String PRECREATE = "precreate";

    @CommandLine.Spec
    private CommandSpec command = CommandSpec.create();

    @Mixin
    private HookBundleOptions bundle = new HookBundleOptions();

    @Mixin
    private HookDirectoryOptions directories = new HookDirectoryOptions();

    @Option(names = "--diff", description = "print what each precreate hook changed instead")
    private boolean diff;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "1m",
            description = "the time limit of a hook that names none (default: ${DEFAULT-VALUE}, as for run)")
    private Duration timeout = Duration.ofMinutes(1);

    @Override
    public Integer call() {
        if (timeout.isZero()) {
            throw new ParameterException(command.commandLine(), "--timeout must be more than zero");
        }
        Spec config = bundle.config();
        Mono<HookSet> loading = directories.loadOrDefaults();
        try (CommandScope scope = CommandScope.open(false)) {
            HookSet hooks = Required.of(scope.await(loading));
            if (hooks.errors().isEmpty()) {
                print(Required.of(scope.awaitToEnd(filter(hooks.select(config), scope))));
            }
            return CliErrors.report(hooks.errors(), command.commandLine());
        }
    }

    private Mono<FilteredConfig> filter(HookSelection selection, CommandScope scope) {
        HookOptions options = HookOptions.defaults()
                .withWorkingDirectory(bundle.directory())
                .withStderr(HookOutput.to(Stdio.inherit()))
                .withCancelWhen(scope.stopping())
                .withKillsGroup(scope.launcher().isNative());
        return RuntimeConfigFilter.of(limited(HookRunner.of(scope.launcher())))
                .filter(selection.hooksOf(PRECREATE), selection.spec(), options);
    }

    /** As in a run, a hook's own limit may be longer. */
    private HookRunner limited(HookRunner runner) {
        return (hook, state, options) ->
                runner.run(hook, state, hook.timeout() == null ? options.withTimeout(timeout) : options);
    }

    private void print(FilteredConfig filtered) {
        PrintWriter out = command.commandLine().getOut();
        if (diff) {
            filtered.changes().forEach(change -> print(change, out));
        } else {
            out.println(OciJson.writeIndented(filtered.config()));
        }
    }

    private static void print(ConfigChange change, PrintWriter out) {
        out.println(Printable.of("hook " + change.index() + " (" + change.path() + "):"));
        change.diff().lines().map(Printable::of).forEach(out::println);
    }
}
