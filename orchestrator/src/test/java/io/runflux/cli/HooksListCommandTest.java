// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
class HooksListCommandTest {
    private HookScene scene;

    @BeforeEach
    void setScene(@TempDir Path directory) {
        scene = new HookScene(directory);
    }

    @Test
    void list_someApply_saysWhichAndWhyTheOthersDoNot() throws Exception {
        scene.add("a", "30-web.json", "poststop", Map.of("commands", List.of("nginx$")), List.of("/bin/true"));
        scene.add("a", "10-gpu.json", "precreate", Map.of("annotations", Map.of("^gpu$", ".")), List.of("/bin/sh"));
        scene.add("a", "20-off.json", "prestart", Map.of("always", false), List.of("/bin/sh"));

        CliResult result = scene.call("list", List.of("a"));

        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(result.out()).isEqualTo("""
                NAME        STAGES    APPLIES WHY                                    PATH
                10-gpu.json precreate yes     annotation 'gpu' matches '^gpu$' = '.' /bin/sh
                20-off.json prestart  no      always is false                        /bin/sh
                30-web.json poststop  no      command 'sh' matches none of 'nginx$'  /bin/true
                """);
    }

    @Test
    void list_filesThatCannotBeUsed_areToldBesideTheGoodOnes() throws Exception {
        Path broken = scene.write("a", "10-broken.json", "{");
        Path good = scene.add("a", "20-good.json", "createRuntime", "true");
        Path open = scene.add("a", "30-open.json", "createRuntime", "true");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));

        CliResult table = scene.call("list", List.of("a"));
        CliResult json = scene.call("list", List.of("a"), "--format", "json");

        assertThat(table.code()).isEqualTo(1);
        assertThat(table.out().lines()).hasSize(2).anyMatch(line -> line.startsWith("20-good.json createRuntime yes"));
        assertThat(table.err().lines().toList())
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("runflux: cannot use '" + broken + "': "),
                        second -> assertThat(second)
                                .isEqualTo("runflux: cannot use '" + open + "': '" + open
                                        + "' must be writable by its owner alone, has mode 0666"));
        assertThat(json.code()).isEqualTo(1);
        assertThat(json.err()).isEqualTo(table.err());
        assertThat(json.out())
                .startsWith(
                        "{\"hooks\":[{\"file\":\"" + good + "\",\"path\":\"/bin/sh\",\"stages\":[\"createRuntime\"],"
                                + "\"applies\":true,\"reason\":\"always\"}],\"errors\":[{\"file\":\"" + broken
                                + "\",\"error\":\"cannot use ")
                .contains("{\"file\":\"" + open + "\",\"error\":\"cannot use ")
                .doesNotContain("s3cret");
    }

    @Test
    void list_hookThatDoesNotApply_isFalseInJson() throws Exception {
        scene.add("a", "off.json", "poststop", Map.of("always", false), List.of("/bin/true"));

        assertThat(scene.call("list", List.of("a"), "--format", "json").out())
                .contains("\"applies\":false,\"reason\":\"always is false\"}],\"errors\":[]}");
    }

    @Test
    void list_sameNameInTwoDirectories_laterOneCounts() throws Exception {
        scene.add("a", "hook.json", "precreate", "true");
        scene.add("b", "hook.json", "poststop", "true");

        assertThat(scene.call("list", List.of("a", "b")).out())
                .contains("poststop")
                .doesNotContain("precreate");
        assertThat(scene.call("list", List.of("b", "a")).out())
                .contains("precreate")
                .doesNotContain("poststop");
    }

    @Test
    void list_relativeDirectories_areThoseBelowTheWorkingDirectory() throws Exception {
        scene.add("a", "hook.json", "precreate", "true");
        Path here = Path.of("").toAbsolutePath();

        CliResult result = CliResult.of(
                "hooks",
                "list",
                "--bundle",
                here.relativize(scene.bundle()).toString(),
                "--hooks-dir",
                here.relativize(scene.file("a")).toString());

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("hook.json precreate yes");
    }

    @Test
    void list_nameWithControlCharacters_cannotForgeALine() throws Exception {
        scene.add("a", "x\n\u001b[2J\u009b2J.json", "precreate", "true");
        scene.write("a", "y\nz.json", "{");

        CliResult result = scene.call("list", List.of("a"));

        assertThat(result.out().lines()).hasSize(2).anyMatch(line -> line.startsWith("x??[2J?2J.json precreate"));
        assertThat(result.err().lines()).hasSize(1);
    }

    @Test
    void list_withoutDirectories_takesThoseOfTheSystem() throws Exception {
        CliResult result = scene.call("list", List.of());

        assertThat(result.out()).startsWith("NAME STAGES APPLIES WHY PATH\n");
    }

    @Test
    void list_bundleWithoutConfiguration_saysSoAndReturns1() throws Exception {
        CliResult result =
                CliResult.of("hooks", "list", "--bundle", scene.hooks("a").toString());

        assertThat(result)
                .isEqualTo(new CliResult(
                        1, "", "runflux: invalid bundle '" + scene.file("a") + "': it has no config.json\n"));
    }
}
