// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.oci.Hook;
import io.runflux.oci.Hooks;
import io.runflux.oci.Mount;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HookSetTest {
    private static final Spec SPEC = OciJson.read("""
            {"ociVersion": "1.0.2",
             "process": {"cwd": "/", "args": ["/bin/x"]},
             "hooks": {"prestart": [{"path": "/own/1"}], "createRuntime": [{"path": "/own/2"}], "later": [1]}}
            """, Spec.class);

    @Test
    void select_everyStage_appendsToTheConfiguration() {
        HookFile all = file(
                "all.json", "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop");
        HookFile more = file("more.json", "prestart", "poststop");

        Hooks hooks = hooks(set(Set.of(), all, more).select(SPEC));

        assertThat(hooks.prestart()).extracting(Hook::path).containsExactly("/own/1");
        assertThat(hooks.createRuntime())
                .extracting(Hook::path)
                .containsExactly("/own/2", "/all.json", "/all.json", "/more.json");
        assertThat(hooks.createContainer()).containsExactly(all.hook());
        assertThat(hooks.startContainer()).containsExactly(all.hook());
        assertThat(hooks.poststart()).containsExactly(all.hook());
        assertThat(hooks.poststop()).containsExactly(all.hook(), more.hook());
        assertThat(hooks.unknown()).containsKey("later");
    }

    @Test
    void select_configurationWithoutHooks_givesItSome() {
        HookFile file = file("a.json", "poststart");

        HookSelection selection = set(Set.of(), file).select(SPEC.withHooks(null));

        assertThat(hooks(selection).poststart()).containsExactly(file.hook());
        assertThat(selection.spec().process()).isEqualTo(SPEC.process());
    }

    @Test
    void select_extensionStages_areHandedOutAndNotInjected() {
        HookFile first = file("a.json", "precreate", "poststop");
        HookFile second = file("b.json", "poststop");

        HookSelection selection =
                set(Set.of("precreate", "poststop"), first, second).select(SPEC);

        assertThat(selection.spec()).isEqualTo(SPEC);
        assertThat(selection.extensionHooks())
                .containsOnly(Map.entry("precreate", List.of(first)), Map.entry("poststop", List.of(first, second)));
        assertThat(selection.hooksOf("poststop")).containsExactly(first.hook(), second.hook());
        assertThat(selection.hooksOf("prestart")).isEmpty();
    }

    @Test
    void select_nothingMatches_leavesTheConfigurationAndSaysWhy() {
        HookFile never = file("a.json", HookCondition.anyOf(null, List.of(), List.of("y")), "precreate", "poststop");
        HookFile always = file("b.json", "precreate");

        HookSelection selection = set(Set.of("precreate"), never, always).select(SPEC.withHooks(null));

        assertThat(selection.spec().hooks()).isNull();
        assertThat(selection.verdicts())
                .containsExactly(
                        new HookVerdict(never, false, "command '/bin/x' matches none of 'y'"),
                        new HookVerdict(always, true, "always"));
    }

    @ParameterizedTest
    @CsvSource({"bind, ro, true", "tmpfs, ro, false", "none, rbind, true", "none, bind, true", "none, xbind, false"})
    void select_mounts_tellOfBindMounts(String type, String option, boolean expected) {
        HookSet set = set(Set.of(), file("a.json", HookCondition.allOf(null, true, Map.of(), List.of()), "poststart"));
        Spec spec = SPEC.withMounts(List.of(Mount.of("/proc", "proc", "proc"), Mount.of("/m", type, "/s", option)));

        assertThat(set.select(spec).verdicts()).extracting(HookVerdict::applies).containsExactly(expected);
        assertThat(set.select(spec, !expected).verdicts())
                .extracting(HookVerdict::applies)
                .containsExactly(!expected);
    }

    @Test
    void select_noArgsWhereACommandDecides_namesTheFile() {
        HookSet set = set(Set.of(), file("a.json", HookCondition.anyOf(null, List.of(), List.of("y")), "poststart"));

        assertThatThrownBy(() -> set.select(SPEC.withProcess(OciProcess.of(List.of()))))
                .isInstanceOf(HookFileException.class)
                .hasMessage("cannot use '/d/a.json': process.args must hold a command to be matched, was empty");
    }

    @Test
    void set_unknownStage_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> set(Set.of("precreate"), file("a.json", "preCreate")))
                .withMessage("stage must be one of prestart, createRuntime, createContainer, startContainer,"
                        + " poststart, poststop, precreate, was 'preCreate'");
    }

    private static Hooks hooks(HookSelection selection) {
        return Objects.requireNonNull(selection.spec().hooks());
    }

    private static HookSet set(Set<String> extensionStages, HookFile... files) {
        return new HookSet(List.of(files), List.of(), extensionStages);
    }

    private static HookFile file(String name, String... stages) {
        return file(name, HookCondition.allOf(true, null, Map.of(), List.of()), stages);
    }

    private static HookFile file(String name, HookCondition when, String... stages) {
        Hook hook = new Hook("/" + name, List.of(), List.of(), null, Map.of());
        return new HookFile(name, Path.of("/d", name), hook, when, List.of(stages));
    }
}
