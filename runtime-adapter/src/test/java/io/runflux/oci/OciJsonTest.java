// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OciJsonTest {
    private static final String SPEC = """
            {"ociVersion":"1.3.0","new":{"deep":[1,null,{"x":1.50}]},"unknown":"a name like ours",
             "process":{"terminal":true,"consoleSize":{"height":24,"width":80,"u":1},
              "user":{"uid":0,"gid":4294967295,"umask":18,"additionalGids":[5],"u":{}},
              "args":["sh","-c","exit 7"],"env":["A=b"],"cwd":"/",
              "capabilities":{"bounding":["CAP_KILL"],"u":[]},
              "rlimits":[{"type":"RLIMIT_NOFILE","hard":18446744073709551615,"soft":1024,"u":"x"}],
              "noNewPrivileges":true,"oomScoreAdj":-5,"selinuxLabel":"l","ioPriority":{"class":"IOPRIO_CLASS_IDLE"}},
             "root":{"path":"rootfs","readonly":true,"u":1},"hostname":"h","domainname":"d",
             "mounts":[{"destination":"/proc","type":"proc","source":"proc","options":["ro"],"u":[[]]}],
             "hooks":{"prestart":[{"path":"/h","args":["h"],"env":["A=b"],"timeout":5,"u":1}],"u":{}},
             "annotations":{"a":"","b":"c"},
             "linux":{"namespaces":[{"type":"pid","u":1},{"type":"network","path":"/n"}],
              "uidMappings":[{"containerID":0,"hostID":1000,"size":1,"u":1}],
              "resources":{"memory":{"limit":18446744073709551615}},"sysctl":{"net.x":"1"},
              "cgroupsPath":"/c","maskedPaths":["/m"],"readonlyPaths":["/r"],
              "seccomp":{"defaultAction":"SCMP_ACT_ALLOW","none":null}}}
            """;

    @Test
    void readThenWrite_unknownFieldsAtEveryLevel_areKept() {
        Spec spec = OciJson.read(SPEC, Spec.class);

        assertThat(tree(OciJson.write(spec))).isEqualTo(tree(SPEC));
        assertThat(OciJson.read(OciJson.write(spec), Spec.class)).isEqualTo(spec);
    }

    @Test
    void read_unsigned64BitNumbers_survive() {
        Spec spec = OciJson.read(SPEC, Spec.class);

        assertThat(requireNonNull(spec.process()).rlimits().get(0).hard())
                .isEqualTo(new BigInteger("18446744073709551615"));
        assertThat(requireNonNull(spec.linux()).resources())
                .isEqualTo(Map.of("memory", Map.of("limit", new BigInteger("18446744073709551615"))));
    }

    @Test
    void write_generatedSpec_readsBackEqual() {
        Spec spec = SpecDefaults.defaults().generate(Path.of("/srv/rootfs"), List.of("sh", "-c", "true"));

        assertThat(OciJson.read(OciJson.write(spec), Spec.class)).isEqualTo(spec);
        assertThat(OciJson.write(spec)).doesNotContain("null").contains("\"uid\":0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", " null\n", "[\n\n]", "[]"})
    void readList_waysToSayNothing_areEmpty(String json) {
        assertThat(OciJson.readList(json, ContainerState.class)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "{",
                "[]",
                "garbage",
                "{\"ociVersion\":\"1\"} {}",
                "{\"ociVersion\":\"1\"} x",
                "{\"ociVersion\":\"1\",\"ociVersion\":\"2\"}",
                "{\"ociVersion\":1}",
                "{\"ociVersion\":\"1\",\"mounts\":[null]}",
                "{\"ociVersion\":\"1\",\"root\":{\"path\":\"r\",\"readonly\":\"true\"}}"
            })
    void read_notOneStrictValue_isRefused(String json) {
        assertThatThrownBy(() -> OciJson.read(json, Spec.class)).isInstanceOf(OciJsonException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"ociVersion\":\"1\",\"process\":{\"cwd\":\"x\"}} | process.cwd must be an absolute path, was 'x'",
                "{\"ociVersion\":\"1\",\"process\":{\"cwd\":\"/\",\"rlimits\":[{\"type\":\"T\",\"soft\":1}]}} | process.rlimits[0]",
                "{\"ociVersion\":\"1\",\"process\":{\"cwd\":\"/\",\"rlimits\":[{\"type\":\"T\",\"soft\":1}]}} | rlimit.hard is required",
                "{\"ociVersion\":\"1\",\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":-1}}} | user.uid must be from 0 to 4294967295, was -1",
                "{} | ociVersion is required",
                "{\"ociVersion\":\"1\", | line 1, column",
            })
    void read_wrongValue_errorSaysWhereAndWhat(String json, String message) {
        assertThatThrownBy(() -> OciJson.read(json, Spec.class))
                .isInstanceOf(OciJsonException.class)
                .hasMessageContaining(message);
    }

    @Test
    void read_tooDeep_isRefused() {
        String json = "{\"ociVersion\":\"1\",\"x\":" + "[".repeat(200) + "]".repeat(200) + "}";

        assertThatThrownBy(() -> OciJson.read(json, Spec.class)).hasMessageContaining("depth");
    }

    @Test
    void read_tooLong_isRefused() {
        String json = "{\"ociVersion\":\"1\"}" + " ".repeat(OciJson.MAX_BYTES);

        assertThatThrownBy(() -> OciJson.read(json, Spec.class))
                .hasMessage("Spec must be at most 16777216 bytes of JSON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ociVersion\":\"1\",\"process\":{\"env\":[\"K=hunter2\"],]",
                "{\"ociVersion\":\"1\",\"process\":\"hunter2\"}",
                "{\"ociVersion\":\"1\",\"process\":{\"terminal\":\"hunter2\"}}",
                "{\"ociVersion\":\"1\",\"process\":{\"oomScoreAdj\":\"hunter2\"}}",
                "{\"ociVersion\":hunter2}",
                "hunter2",
                "{\"ociVersion\":\"1\"} hunter2"
            })
    void read_wrongValue_errorKeepsSecretsToItself(String json) {
        assertThatThrownBy(() -> OciJson.read(json, Spec.class))
                .isInstanceOf(OciJsonException.class)
                .hasMessageContaining("cannot read Spec")
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }

    @Test
    void read_wrongType_saysWhereAndWhatIsExpected() {
        assertThatThrownBy(() -> OciJson.read("{\"ociVersion\":\"1\",\"process\":{\"terminal\":7}}", Spec.class))
                .hasMessageContaining("in process.terminal at line 1")
                .hasMessageEndingWith(": must be of type boolean");
    }

    @Test
    void write_file_isReadBack(@TempDir Path directory) throws Exception {
        Path file = directory.resolve(Spec.FILE_NAME);
        Spec spec = SpecDefaults.defaults().generate(directory, List.of("true"));

        OciJson.write(file, spec);

        assertThat(OciJson.read(file, Spec.class)).isEqualTo(spec);
        Files.writeString(file, "{");
        assertThatThrownBy(() -> OciJson.read(file, Spec.class)).hasMessageContaining(file.toString());
    }

    private static JsonNode tree(String json) {
        return JsonMapper.builder()
                .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build()
                .readTree(json);
    }
}
