// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.oci.Hook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HookFileReaderTest {
    private static final String STAGES =
            "prestart, createRuntime, createContainer, startContainer, poststart, poststop";

    @TempDir
    Path parent = Path.of("/");

    private HookFolder folder = HookFolder.NONE;

    @BeforeEach
    void createFolder() {
        folder = HookFolder.create(parent, "hooks.d");
    }

    @Test
    void read_current_takesEverything() {
        folder.write("a.json", """
                {"version": "1.0.0", "comment": "ignored",
                 "hook": {"path": "PROGRAM", "args": ["x", "-y"], "env": ["A=b"], "timeout": 3, "later": true},
                 "when": {"always": true, "hasBindMounts": true, "annotations": {"k": "v"}, "commands": ["c"], "new": 1},
                 "stages": ["prestart", "precreate"]}
                """.replace("PROGRAM", folder.program().toString()));

        HookFile file = only(folder.load("precreate"));

        assertThat(file.name()).isEqualTo("a.json");
        assertThat(file.path()).isEqualTo(folder.path().resolve("a.json"));
        assertThat(file.hook())
                .isEqualTo(new Hook(
                        folder.program().toString(), List.of("x", "-y"), List.of("A=b"), 3, Map.of("later", true)));
        assertThat(file.when()).isEqualTo(HookCondition.allOf(true, true, Map.of("k", "v"), List.of("c")));
        assertThat(file.stages()).containsExactly("prestart", "precreate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "null", "{\"annotations\": {}, \"commands\": []}", "{\"annotation\": {\"a\": \"b\"}}"})
    void read_emptyWhen_isTakenAndNeverMatches(String when) {
        folder.add("a.json", when, "poststart");

        assertThat(only(folder.load()).when()).isEqualTo(HookCondition.allOf(null, null, Map.of(), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"version\": null, ", "\"version\": \"\", ", "\"version\": \"0.1.0\", "})
    void read_old_takesNamesInThePlural(String version) {
        folder.write(
                "a.json",
                old(version + "\"arguments\": [\"-d\"], \"stages\": [\"prestart\"], \"cmds\": [\"c\"],"
                        + " \"annotations\": [\"v\", \"w\"], \"hasbindmounts\": true"));

        HookFile file = only(folder.load());

        String program = folder.program().toString();
        assertThat(file.hook()).isEqualTo(new Hook(program, List.of(program, "-d"), List.of(), null, Map.of()));
        assertThat(file.when()).isEqualTo(HookCondition.anyOf(true, List.of("v", "w"), List.of("c")));
        assertThat(file.stages()).containsExactly("prestart");
    }

    @Test
    void read_old_takesNamesInTheSingular() {
        folder.write("a.json", old("\"stage\": [\"prestart\"], \"cmd\": [\"c\"], \"annotation\": [\"v\"]"));

        HookFile file = only(folder.load());

        assertThat(file.hook().args()).isEmpty();
        assertThat(file.when()).isEqualTo(HookCondition.anyOf(null, List.of("v"), List.of("c")));
        assertThat(file.stages()).containsExactly("prestart");
    }

    @ParameterizedTest
    @CsvSource({"stages, stage", "cmds, cmd", "annotations, annotation"})
    void read_oldWithBothNames_isRefused(String name, String older) {
        String stages = name.equals("stages") ? "" : ", \"stages\": [\"prestart\"]";
        folder.write("a.json", old("\"" + name + "\": [\"prestart\"], \"" + older + "\": [\"x\"]" + stages));

        assertThat(problem()).isEqualTo("only one of '" + name + "' and '" + older + "' may be given");
    }

    @Test
    void read_unknownVersion_saysWhatIsKnown() {
        folder.write("a.json", old("\"version\": \"2.0.0\", \"stages\": [\"prestart\"]"));

        assertThat(problem()).isEqualTo("version must be 1.0.0 or 0.1.0, or absent for the latter, was '2.0.0'");
    }

    @Test
    void read_unknownStage_saysWhatIsKnown() {
        folder.add("a.json", "{\"always\": true}", "poststop", "precreate");

        assertThat(problem()).isEqualTo("stage must be one of " + STAGES + ", was 'precreate'");
    }

    @Test
    void read_noStage_isRefused() {
        folder.write("a.json", old("\"stages\": []"));
        assertThat(problem()).isEqualTo("stages must name one at least of " + STAGES);

        folder.write("a.json", old("\"cmds\": [\"a\"]"));
        assertThat(problem()).isEqualTo("stages must name one at least of " + STAGES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'version': '1.0.0', 'stages': ['prestart']} | hook is required",
                "{'version': '1.0.0', 'hook': {}, 'stages': ['prestart']} | hook.path is required",
                "{'version': '1.0.0', 'hook': {'path': 'x'}, 'stages': ['prestart']} | hook.path must be absolute, was 'x'",
                "{'version': '1.0.0', 'hook': {'path': ''}, 'stages': ['prestart']} | hook.path must be absolute, was ''",
                "{'version': '1.0.0', 'hook': {'path': '/no/x'}, 'stages': ['prestart']} | hook.path: '/no' does not exist",
                "{'version': '1.0.0', 'hook': {'path': '/'}, 'stages': ['prestart']} | hook.path: '/' must be a regular",
                "{'version': '1.0.0', 'hook': '/x', 'stages': ['prestart']} | HookDefinition in hook",
                "{'hook': {'path': '/x'}, 'stages': ['prestart']} | OldHookDefinition in hook",
                "{'stages': ['prestart']} | hook is required",
                "{'hook': '/x', 'stages': [null]} | every entry of stages is required",
                "{'version': '1.0.0', 'hook': {'path': '/x'}, 'when': {'commands': [null]}} | every entry of when.commands",
                "{'version': '1.0.0', 'hook': {'path': '/x'}, 'when': {'annotations': {'a': null}}} | when.annotations 'a'",
                "{'version': '1.0.0', 'hook': {'path': '/x'}, 'when': {'annotations': {'a': '('}}} | annotation value '('",
                "{'version': '1.0.0', 'hook': {'path': '/x'}, 'when': {'commands': ['[']}} | command '['",
                "{'version': 1} | cannot read HookVersion in version",
                "{'stages': [], 'stages': []} | cannot read HookVersion",
                "{'hook': '/x',} | cannot read HookVersion",
                "null | HookVersion is required",
                "[] | cannot read HookVersion",
                "'' | cannot read HookVersion"
            })
    void read_malformed_saysWhatIsWrong(String json, String why) {
        folder.write("a.json", json.replace('\'', '"'));

        assertThat(problem()).contains(why.replace('"', '\''));
    }

    @Test
    void read_notExecutable_isRefused() {
        HookFolder.mode(folder.program(), "rw-r--r--");
        folder.add("a.json", "{\"always\": true}", "poststart");

        assertThat(problem()).isEqualTo("hook.path '" + folder.program() + "' must be executable");
    }

    @Test
    void read_notUtf8_isRefused() throws IOException {
        folder.write("a.json", "");
        Files.write(folder.path().resolve("a.json"), new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});

        assertThat(problem()).isEqualTo("must be UTF-8");
    }

    @Test
    void read_longFile_isRefusedAboveTheBound() {
        String json = folder.json("{\"always\": true}", "poststart");
        folder.write("a.json", json + " ".repeat(HookDirectories.MAX_FILE_BYTES - json.length()));
        assertThat(folder.load().errors()).isEmpty();

        folder.write("a.json", json + " ".repeat(HookDirectories.MAX_FILE_BYTES - json.length() + 1));
        assertThat(problem()).isEqualTo("must be at most 1048576 bytes");
    }

    @Test
    void read_directoryNamedLikeAFile_isRefused() throws IOException {
        Path directory = Files.createDirectory(folder.path().resolve("a.json"));
        HookFolder.mode(directory, "rwxr-xr-x");

        assertThat(problem()).isEqualTo("'" + directory + "' must be a regular file");
    }

    private String old(String fields) {
        return "{\"hook\": \"" + folder.program() + "\", " + fields + "}";
    }

    private static HookFile only(HookSet set) {
        assertThat(set.errors()).isEmpty();
        assertThat(set.hooks()).hasSize(1);
        return set.hooks().get(0);
    }

    /** Returns what is wrong with the only file, after checking that the error names it. */
    private String problem() {
        HookSet set = folder.load();
        Path file = folder.path().resolve("a.json");
        assertThat(set.hooks()).isEmpty();
        assertThat(set.errors()).hasSize(1);
        HookFileException error = set.errors().get(0);
        assertThat(error.file()).isEqualTo(file);
        assertThat(error).hasMessageStartingWith("cannot use '" + file + "': ");
        return String.valueOf(error.getMessage()).substring(("cannot use '" + file + "': ").length());
    }
}
