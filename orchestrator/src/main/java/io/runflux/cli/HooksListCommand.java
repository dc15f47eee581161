// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.hooks.HookFileException;
import io.runflux.hooks.HookSet;
import io.runflux.hooks.HookVerdict;
import io.runflux.oci.OciJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

@Command(
        name = "list",
        description = "Lists which hooks would be called for the container of a bundle, and why each of the others"
                + " would not, in the order of their calls. Without --hooks-dir these are the hooks of"
                + " /usr/share/containers/oci/hooks.d and /etc/containers/oci/hooks.d, of which run takes none unless it"
                + " is told to. What cannot be used is told on"
                + " standard error; the exit code is then 1, and run with these --hooks-dir would fail.",
        mixinStandardHelpOptions = true)
final class HooksListCommand implements Callable<Integer> {
    private static final List<String> HEADERS = List.of("NAME", "STAGES", "APPLIES", "WHY", "PATH");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private HookBundleOptions bundle = new HookBundleOptions();

    @Mixin
    private HookDirectoryOptions directories = new HookDirectoryOptions();

    @Option(names = "--format", paramLabel = "FORMAT", description = "table or json (default: ${DEFAULT-VALUE})")
    private OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        io.runflux.oci.Spec config = bundle.config();
        HookSet hooks = load(directories.loadOrDefaults());
        int code = CliErrors.report(hooks.errors(), spec.commandLine());
        List<HookVerdict> verdicts = hooks.select(config).verdicts();
        if (format == OutputFormat.json) {
            spec.commandLine().getOut().println(OciJson.write(toJson(verdicts, hooks.errors())));
        } else {
            toTable(verdicts).print(spec.commandLine().getOut());
        }
        return code;
    }

    private static HookSet load(Mono<HookSet> hooks) {
        try (CommandScope scope = CommandScope.open(false)) {
            return Required.of(scope.await(hooks));
        }
    }

    private static TextTable toTable(List<HookVerdict> verdicts) {
        List<List<String>> lines = new ArrayList<>(List.of(HEADERS));
        verdicts.forEach(verdict -> lines.add(List.of(
                verdict.file().name(),
                String.join(",", verdict.file().stages()),
                verdict.applies() ? "yes" : "no",
                verdict.reason(),
                verdict.file().hook().path())));
        return new TextTable(lines);
    }

    private static Map<String, Object> toJson(List<HookVerdict> verdicts, List<HookFileException> errors) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("hooks", verdicts.stream().map(HooksListCommand::toJson).toList());
        json.put("errors", errors.stream().map(HooksListCommand::toJson).toList());
        return json;
    }

    /** Without arguments and environment, which may hold secrets. */
    private static Map<String, Object> toJson(HookVerdict verdict) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", verdict.file().path().toString());
        json.put("path", verdict.file().hook().path());
        json.put("stages", verdict.file().stages());
        json.put("applies", verdict.applies());
        json.put("reason", verdict.reason());
        return json;
    }

    private static Map<String, Object> toJson(HookFileException error) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", error.file().toString());
        json.put("error", String.valueOf(error.getMessage()));
        return json;
    }
}
