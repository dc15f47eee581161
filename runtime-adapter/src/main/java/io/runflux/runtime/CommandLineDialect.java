// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the command lines of the runtimes have in common: runc's, which the others follow. */
abstract class CommandLineDialect implements Dialect {
    private final String name;

    CommandLineDialect(String name) {
        this.name = name;
    }

    /** Begins the arguments of a command, in this runtime's spelling of options. */
    abstract Arguments command(String... words);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public void check(RuntimeConfig config) {
        if (config.panicLog() != null) {
            throw new IllegalArgumentException(name + " knows no panic log, was '" + config.panicLog() + "'");
        }
    }

    @Override
    public boolean logsToStderr() {
        return true;
    }

    @Override
    public boolean hasHostPids() {
        return true;
    }

    @Override
    public boolean endsEvents() {
        return true;
    }

    @Override
    public boolean killsBlindly() {
        return false;
    }

    @Override
    public boolean killsRunningAlone() {
        return false;
    }

    /** The log of a call is read for its error, so it is JSON, whatever it is gathered as. */
    @Override
    public List<String> global(RuntimeConfig config, @Nullable Path logFile) {
        Arguments arguments = command()
                .option("--root", config.root())
                .flag("--debug", config.debug())
                .option("--log", logFile)
                .option("--log-format", "json")
                .option("--panic-log", config.panicLog())
                .flag("--systemd-cgroup", config.systemdCgroup());
        if (config.rootless() != null) {
            arguments.add("--rootless=" + config.rootless());
        }
        config.flags().forEach((flag, value) -> arguments.add("--" + flag + "=" + value));
        return arguments.addAll(config.extraArguments()).toList();
    }

    @Override
    public List<String> create(ContainerId id, Path bundle, Exchange exchange, CreateOptions options) {
        Arguments arguments = command("create").option("--bundle", bundle);
        addCreate(arguments, exchange, options);
        return arguments.addAll(options.extraArguments()).id(id).toList();
    }

    @Override
    public List<String> run(ContainerId id, Path bundle, Exchange exchange, CreateOptions options) {
        Arguments arguments = command("run").option("--bundle", bundle).flag("--detach", isDetached(options));
        addCreate(arguments, exchange, options);
        return arguments.addAll(options.extraArguments()).id(id).toList();
    }

    @Override
    public List<String> exec(ContainerId id, Path processFile, Exchange exchange, ExecOptions options) {
        boolean isDetached = options.detached() || (exchange.consoleSocket() != null && !attachesTerminals(false));
        Arguments arguments = command("exec").option("--process", processFile).flag("--detach", isDetached);
        addExchange(arguments, exchange);
        addInnerPidFile(arguments, exchange);
        addDescriptors(arguments, options.descriptors().size());
        return arguments.addAll(options.extraArguments()).id(id).toList();
    }

    @Override
    public List<String> start(ContainerId id) {
        return command("start").id(id).toList();
    }

    @Override
    public List<String> state(ContainerId id) {
        return command("state").id(id).toList();
    }

    @Override
    public List<String> kill(ContainerId id, Signal signal, KillOptions options) {
        return command("kill")
                .flag("--all", options.scope() == KillOptions.Scope.ALL)
                .id(id)
                .add(Integer.toString(signal.number()))
                .toList();
    }

    @Override
    public List<String> delete(ContainerId id, DeleteOptions options) {
        return command("delete").flag("--force", options.force()).id(id).toList();
    }

    @Override
    public List<String> pause(ContainerId id) {
        return command("pause").id(id).toList();
    }

    @Override
    public List<String> resume(ContainerId id) {
        return command("resume").id(id).toList();
    }

    @Override
    public List<String> update(ContainerId id, Path resourcesFile) {
        return command("update").option("--resources", resourcesFile).id(id).toList();
    }

    @Override
    public List<String> list() {
        return command("list").option("--format", "json").toList();
    }

    @Override
    public List<String> ps(ContainerId id) {
        return command("ps").option("--format", "json").id(id).toList();
    }

    @Override
    public List<String> top(ContainerId id, List<String> options) {
        return command("ps").option("--format", "table").id(id).addAll(options).toList();
    }

    @Override
    public List<String> stats(ContainerId id) {
        return command("events").flag("--stats", true).id(id).toList();
    }

    @Override
    public List<String> features() {
        return List.of("features");
    }

    @Override
    public List<String> spec(Path directory) {
        return command("spec").option("--bundle", directory).toList();
    }

    @Override
    public List<String> version() {
        return List.of("--version");
    }

    @Override
    public String parseVersion(String stdout) {
        return VersionText.parse(name, stdout);
    }

    final boolean isDetached(CreateOptions options) {
        return options.detached() || (options.stdio().terminal() != null && !attachesTerminals(true));
    }

    final void addCreate(Arguments arguments, Exchange exchange, CreateOptions options) {
        addExchange(arguments, exchange);
        arguments
                .option("--pidfd-socket", exchange.pidfdSocket())
                .flag("--no-pivot", options.noPivot())
                .flag("--no-new-keyring", options.noNewKeyring())
                .option("--user-log", options.userLog());
        addDescriptors(arguments, options.descriptors().size());
    }

    private static void addExchange(Arguments arguments, Exchange exchange) {
        arguments.option("--pid-file", exchange.pidFile()).option("--console-socket", exchange.consoleSocket());
    }

    /** Only a runtime whose pids are not the host's has two of them. */
    private void addInnerPidFile(Arguments arguments, Exchange exchange) {
        arguments.option("--internal-pid-file", hasHostPids() ? null : exchange.innerPidFile());
    }

    private static void addDescriptors(Arguments arguments, int count) {
        arguments.option("--preserve-fds", count == 0 ? null : count);
    }
}
