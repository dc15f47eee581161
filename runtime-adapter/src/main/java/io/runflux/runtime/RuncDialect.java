// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.RuntimeFeature.*;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The command line of runc 1.1 and later. */
class RuncDialect extends CommandLineDialect {
    RuncDialect() {
        this("runc");
    }

    /** For a runtime that takes the same options. */
    RuncDialect(String name) {
        super(name);
    }

    @Override
    final Arguments command(String... words) {
        return Arguments.separate(words);
    }

    @Override
    public List<List<String>> help() {
        return List.of(List.of("--help"), List.of("create", "--help"));
    }

    /** One process, or a group, is signalled by the kernel, once the runtime has said that it is the container's. */
    @Override
    public Set<RuntimeFeature> features(RuntimeProfile profile) {
        Set<RuntimeFeature> features = EnumSet.of(
                KILL_ALL, KILL_PROCESS, KILL_PROCESS_GROUP, TERMINAL, NO_PIVOT, NO_NEW_KEYRING, PRESERVE_FDS);
        addIf(features, profile.hasCommand("pause"), PAUSE);
        addIf(features, profile.hasCommand("update"), UPDATE);
        addIf(features, profile.hasCommand("events"), STATS, EVENTS);
        addIf(features, profile.hasCommand("ps"), TOP, TOP_COLUMNS);
        addIf(features, profile.hasCommand("checkpoint"), CHECKPOINT);
        addIf(features, profile.hasCommand("restore"), RESTORE);
        addIf(features, profile.hasCommand("features"), FEATURES);
        addIf(features, profile.hasCommand("spec"), SPEC);
        addIf(features, profile.hasFlag("pidfd-socket"), PIDFD_SOCKET);
        return features;
    }

    static void addIf(Set<RuntimeFeature> features, boolean condition, RuntimeFeature... more) {
        if (condition) {
            features.addAll(List.of(more));
        }
    }

    @Override
    public final boolean overwrites() {
        return false;
    }

    /** As its {@code run} and its {@code exec} fail. */
    @Override
    public final boolean isFailure(int code) {
        return code == 1 || code == 255;
    }

    /** It refuses a console socket unless it detaches. */
    @Override
    public boolean attachesTerminals(boolean isInit) {
        return false;
    }

    @Override
    public List<String> events(ContainerId id, Duration interval) {
        return command("events")
                .option("--interval", interval.toMillis() + "ms")
                .id(id)
                .toList();
    }

    @Override
    public boolean waits() {
        return false;
    }

    @Override
    public List<String> waitFor(ContainerId id) {
        throw new NotSupportedException("wait", name());
    }

    @Override
    public List<String> waitFor(ContainerId id, int pid) {
        throw new NotSupportedException("wait", name());
    }

    @Override
    public ExitStatus parseWait(String stdout) {
        throw new NotSupportedException("wait", name());
    }

    @Override
    public List<String> checkpoint(ContainerId id, CheckpointOptions options) {
        refuse(options.compression() != null, "checkpoint with compression");
        Arguments arguments = command("checkpoint")
                .option("--image-path", options.imagePath())
                .option("--work-path", options.workPath())
                .option("--parent-path", options.parentPath())
                .flag("--leave-running", options.leaveRunning())
                .flag("--pre-dump", options.preDump())
                .flag("--lazy-pages", options.lazyPages())
                .option("--status-fd", options.status() == null ? null : 3)
                .option("--page-server", options.pageServer())
                .flag("--auto-dedup", options.autoDedup());
        addCriu(arguments, options.criu());
        return arguments.addAll(options.extraArguments()).id(id).toList();
    }

    @Override
    public List<String> restore(ContainerId id, Path bundle, Exchange exchange, RestoreOptions options) {
        CreateOptions create = options.create();
        refuse(create.noNewKeyring(), "restore with no-new-keyring");
        refuse(!create.descriptors().isEmpty(), "restore with further descriptors");
        Arguments arguments = command("restore")
                .option("--image-path", options.imagePath())
                .option("--work-path", options.workPath())
                .option("--bundle", bundle)
                .flag("--detach", isDetached(create))
                .flag("--lazy-pages", options.lazyPages())
                .flag("--auto-dedup", options.autoDedup())
                .flag("--no-subreaper", options.noSubreaper())
                .option("--lsm-profile", options.lsmProfile())
                .option("--lsm-mount-context", options.lsmMountContext());
        addCriu(arguments, options.criu());
        addCreate(arguments, exchange, create);
        return arguments.addAll(create.extraArguments()).id(id).toList();
    }

    final void refuse(boolean isAsked, String what) {
        if (isAsked) {
            throw new NotSupportedException(what, name());
        }
    }

    private static void addCriu(Arguments arguments, CriuOptions options) {
        arguments
                .flag("--tcp-established", options.tcpEstablished())
                .flag("--ext-unix-sk", options.externalUnixSockets())
                .flag("--shell-job", options.shellJob())
                .flag("--file-locks", options.fileLocks())
                .option("--manage-cgroups-mode", options.manageCgroups());
        options.emptyNamespaces().forEach(namespace -> arguments.option("--empty-ns", namespace));
    }
}
