// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.RuntimeFeature.*;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.OciJson;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The command line of gVisor's runsc, 2022 and later. */
final class RunscDialect extends CommandLineDialect {
    RunscDialect() {
        super("runsc");
    }

    @Override
    Arguments command(String... words) {
        return Arguments.joined(words);
    }

    /** Its Go flags know no panic log of other runtimes' spelling: it is theirs. */
    @Override
    public void check(RuntimeConfig config) {
        // Everything can be configured.
    }

    @Override
    public List<List<String>> help() {
        return List.of(List.of("help"), List.of("kill", "--help"));
    }

    @Override
    public Set<RuntimeFeature> features(RuntimeProfile profile) {
        Set<RuntimeFeature> features = EnumSet.of(KILL_ALL, TERMINAL, USER_LOG);
        RuncDialect.addIf(features, profile.hasCommand("pause"), PAUSE);
        RuncDialect.addIf(features, profile.hasCommand("update"), UPDATE);
        RuncDialect.addIf(features, profile.hasCommand("events"), STATS, EVENTS);
        RuncDialect.addIf(features, profile.hasCommand("ps"), TOP);
        RuncDialect.addIf(features, profile.hasCommand("checkpoint"), CHECKPOINT);
        RuncDialect.addIf(features, profile.hasCommand("restore"), RESTORE);
        RuncDialect.addIf(features, profile.hasCommand("features"), FEATURES);
        RuncDialect.addIf(features, profile.hasCommand("spec"), SPEC);
        RuncDialect.addIf(features, profile.hasFlag("pid"), KILL_PROCESS);
        RuncDialect.addIf(features, profile.hasFlag("pgid"), KILL_PROCESS_GROUP);
        return features;
    }

    /** Its {@code exec} knows a console socket only if it detaches. */
    @Override
    public boolean attachesTerminals(boolean isInit) {
        return isInit;
    }

    /** It goes on asking a sandbox that is gone. */
    @Override
    public boolean endsEvents() {
        return false;
    }

    /** It fails because of the socket of the other's sandbox, and then removes the other's state. */
    @Override
    public boolean overwrites() {
        return true;
    }

    @Override
    public boolean isFailure(int code) {
        return code == 128;
    }

    /** On standard error it has plain words alone. */
    @Override
    public boolean logsToStderr() {
        return false;
    }

    /** They are numbers of the sandbox. */
    @Override
    public boolean hasHostPids() {
        return false;
    }

    @Override
    public boolean killsRunningAlone() {
        return true;
    }

    @Override
    public List<String> kill(ContainerId id, Signal signal, KillOptions options) {
        String option = options.scope() == KillOptions.Scope.PROCESS_GROUP ? "--pgid" : "--pid";
        return command("kill")
                .flag("--all", options.scope() == KillOptions.Scope.ALL)
                .option(option, options.pid() == 0 ? null : options.pid())
                .id(id)
                .add(Integer.toString(signal.number()))
                .toList();
    }

    /** Whole seconds, rounded up: 0 would be no interval. */
    @Override
    public List<String> events(ContainerId id, Duration interval) {
        long seconds = interval.plusSeconds(1).minusNanos(1).toSeconds();
        return command("events").option("--interval", seconds).id(id).toList();
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public List<String> waitFor(ContainerId id) {
        return command("wait").id(id).toList();
    }

    /** The pid is one of the sandbox, as its {@code ps} and its internal pid file have it. */
    @Override
    public List<String> waitFor(ContainerId id, int pid) {
        return command("wait").option("--rootpid", pid).id(id).toList();
    }

    /** It answers an object with the member {@code exitStatus}: a code, or 128 and the number of a signal. */
    @Override
    public ExitStatus parseWait(String stdout) {
        Map<?, ?> answer = OciJson.read(stdout, Map.class);
        if (answer.get("exitStatus") instanceof Integer code) {
            return ExitStatus.fromShellCode(code);
        }
        throw new CommandFailedException("the answer to wait has no exitStatus", null, null);
    }

    @Override
    public List<String> checkpoint(ContainerId id, CheckpointOptions options) {
        CheckpointOptions known = CheckpointOptions.to(options.imagePath())
                .withWorkPath(options.workPath())
                .withLeaveRunning(options.leaveRunning())
                .withCompression(options.compression())
                .withExtraArguments(options.extraArguments());
        refuseOthers("checkpoint", known, options);
        return command("checkpoint")
                .option("--image-path", options.imagePath())
                .option("--work-path", options.workPath())
                .flag("--leave-running", options.leaveRunning())
                .option("--compression", options.compression())
                .addAll(options.extraArguments())
                .id(id)
                .toList();
    }

    @Override
    public List<String> restore(ContainerId id, Path bundle, Exchange exchange, RestoreOptions options) {
        CreateOptions create = options.create();
        RestoreOptions known = RestoreOptions.from(options.imagePath())
                .withWorkPath(options.workPath())
                .withNoSubreaper(options.noSubreaper())
                .withCreate(create);
        refuseOthers("restore", known, options);
        Arguments arguments = command("restore")
                .option("--image-path", options.imagePath())
                .option("--work-path", options.workPath())
                .flag("--no-subreaper", options.noSubreaper())
                .option("--bundle", bundle)
                .flag("--detach", isDetached(create));
        addCreate(arguments, exchange, create);
        return arguments.addAll(create.extraArguments()).id(id).toList();
    }

    private void refuseOthers(String what, Object known, Object given) {
        if (!known.equals(given)) {
            throw new NotSupportedException(what + " with other options than " + known, name());
        }
    }
}
