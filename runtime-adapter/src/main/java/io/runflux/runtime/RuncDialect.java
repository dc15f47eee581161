// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.OciJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The command line of runc 1.1 and later. */
final class RuncDialect implements Dialect {
    /** What follows is the id, and never an option. */
    private static final String END_OF_OPTIONS = "--";

    @Override
    public String name() {
        return "runc";
    }

    @Override
    public Set<Feature> features() {
        return EnumSet.allOf(Feature.class);
    }

    @Override
    public List<String> global(RuntimeConfig config, Path logFile) {
        List<String> arguments = new ArrayList<>(List.of("--root", config.root().toString()));
        arguments.addAll(List.of("--log", logFile.toString(), "--log-format", "json"));
        if (config.systemdCgroup()) {
            arguments.add("--systemd-cgroup");
        }
        arguments.addAll(config.extraArguments());
        return arguments;
    }

    @Override
    public List<String> create(ContainerId id, Path bundle, Path pidFile, CreateOptions options) {
        List<String> arguments =
                new ArrayList<>(List.of("create", "--bundle", bundle.toString(), "--pid-file", pidFile.toString()));
        addCreateOptions(arguments, options);
        return withId(arguments, id);
    }

    @Override
    public List<String> start(ContainerId id) {
        return withId(List.of("start"), id);
    }

    @Override
    public List<String> state(ContainerId id) {
        return withId(List.of("state"), id);
    }

    @Override
    public List<String> kill(ContainerId id, Signal signal, KillOptions options) {
        List<String> arguments = new ArrayList<>(List.of("kill"));
        if (options.all()) {
            arguments.add("--all");
        }
        arguments = withId(arguments, id);
        arguments.add(Integer.toString(signal.number()));
        return arguments;
    }

    @Override
    public List<String> delete(ContainerId id, DeleteOptions options) {
        return withId(options.force() ? List.of("delete", "--force") : List.of("delete"), id);
    }

    @Override
    public List<String> run(ContainerId id, Path bundle, CreateOptions options) {
        List<String> arguments = new ArrayList<>(List.of("run", "--bundle", bundle.toString()));
        addCreateOptions(arguments, options);
        return withId(arguments, id);
    }

    @Override
    public List<String> exec(ContainerId id, Path processFile, ExecOptions options) {
        List<String> arguments = new ArrayList<>(List.of("exec", "--process", processFile.toString()));
        arguments.addAll(options.extraArguments());
        return withId(arguments, id);
    }

    @Override
    public List<String> list() {
        return List.of("list", "--format", "json");
    }

    @Override
    public List<String> version() {
        return List.of("--version");
    }

    @Override
    public ContainerState parseState(String stdout) {
        return OciJson.read(stdout, ContainerState.class);
    }

    @Override
    public List<ContainerState> parseList(String stdout) {
        return OciJson.readList(stdout, ContainerState.class);
    }

    @Override
    public String parseVersion(String stdout) {
        return VersionText.parse(name(), stdout);
    }

    private static void addCreateOptions(List<String> arguments, CreateOptions options) {
        if (options.noPivot()) {
            arguments.add("--no-pivot");
        }
        if (options.noNewKeyring()) {
            arguments.add("--no-new-keyring");
        }
        arguments.addAll(options.extraArguments());
    }

    private static List<String> withId(List<String> arguments, ContainerId id) {
        List<String> all = new ArrayList<>(arguments);
        all.add(END_OF_OPTIONS);
        all.add(id.value());
        return all;
    }
}
