// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.runflux.oci.Hook;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class HookDirectoriesTest {
    private static final String ALWAYS = "{\"always\": true}";

    @TempDir
    Path parent = Path.of("/");

    private HookFolder lower = HookFolder.NONE;
    private HookFolder upper = HookFolder.NONE;

    @BeforeEach
    void createFolders() {
        lower = HookFolder.create(parent, "lower");
        upper = HookFolder.create(parent, "upper");
    }

    @Test
    void load_sameName_theLaterDirectoryWins() {
        lower.add("both.json", ALWAYS, "poststart").add("lower.json", ALWAYS, "poststart");
        upper.add("both.json", ALWAYS, "poststop").add("upper.json", ALWAYS, "poststart");

        assertThat(load(lower, upper).hooks())
                .extracting(HookFile::path)
                .containsExactly(in(upper, "both.json"), in(lower, "lower.json"), in(upper, "upper.json"));
        assertThat(load(upper, lower).hooks())
                .extracting(HookFile::path)
                .containsExactly(in(lower, "both.json"), in(lower, "lower.json"), in(upper, "upper.json"));
    }

    @Test
    void load_namesOfOtherCase_areOtherFiles() {
        lower.add("b.json", ALWAYS, "poststart").add("C.json", ALWAYS, "poststart");
        upper.add("B.json", ALWAYS, "poststart").add("a.json", ALWAYS, "poststart");

        assertThat(load(lower, upper).hooks())
                .extracting(HookFile::name)
                .containsExactly("a.json", "B.json", "b.json", "C.json");
    }

    @Test
    void load_otherEndings_areIgnored() {
        lower.write("a.json.bak", "x").write("a.JSON", "x").write("ajson", "x").add(".json", ALWAYS, "poststart");

        HookSet set = load(lower);

        assertThat(set.hooks()).extracting(HookFile::name).containsExactly(".json");
        assertThat(set.errors()).isEmpty();
    }

    /** U+FF21 is a capital letter, and comes before U+1D400 by code points though not by the units of UTF-16. */
    @Test
    void order_nonAsciiNames_isThatOfLowerCasedCodePoints() {
        List<String> ordered = List.of("Z", "~", "É", "\u0130x", "\uff21", "\ud835\udc00");

        assertThat(ordered.stream().map(HookDirectoriesTest::named).sorted(HookFile.BY_NAME))
                .extracting(HookFile::name)
                .containsExactly("\u0130x", "Z", "~", "É", "\uff21", "\ud835\udc00");
    }

    private static HookFile named(String name) {
        Hook hook = new Hook("/x", List.of(), List.of(), null, Map.of());
        return new HookFile(name, Path.of("/x"), hook, HookCondition.anyOf(null, List.of(), List.of()), List.of());
    }

    @Test
    void load_nonAsciiName_isRead() {
        assumeTrue(
                Charset.forName(System.getProperty("sun.jnu.encoding"))
                        .newEncoder()
                        .canEncode("É"),
                "the locale has no such name");
        lower.add("É.json", ALWAYS, "poststart").add("z.json", ALWAYS, "poststart");

        assertThat(load(lower).hooks()).extracting(HookFile::name).containsExactly("z.json", "É.json");
    }

    @Test
    void load_badFiles_areReportedAndHinderNoOthers() {
        lower.add("both.json", ALWAYS, "poststart").write("z.json", "{").write("a.json", "[]");
        upper.write("both.json", "{}").add("good.json", ALWAYS, "poststart");

        HookSet set = load(lower, upper);

        assertThat(set.hooks())
                .extracting(HookFile::path)
                .containsExactly(in(lower, "both.json"), in(upper, "good.json"));
        assertThat(set.errors())
                .extracting(HookFileException::file)
                .containsExactly(in(lower, "a.json"), in(lower, "z.json"), in(upper, "both.json"));
    }

    @Test
    void load_missingDirectory_isOneWithoutFiles() throws IOException {
        Path dangling = Files.createSymbolicLink(parent.resolve("dangling"), parent.resolve("none"));
        lower.add("a.json", ALWAYS, "poststart");

        HookSet set = read(parent.resolve("none/hooks.d"), dangling, lower.path());

        assertThat(set.hooks()).hasSize(1);
        assertThat(set.errors()).isEmpty();
    }

    @Test
    void load_noDirectory_isEmpty() {
        assertThat(read()).isEqualTo(new HookSet(List.of(), List.of(), Set.of()));
    }

    @Test
    void load_danglingLink_isIgnoredAsAnEditorsIs() throws IOException {
        Files.createSymbolicLink(in(lower, ".#a.json"), Path.of("me@host.1234"));

        assertThat(load(lower)).isEqualTo(new HookSet(List.of(), List.of(), Set.of()));
    }

    @Test
    void load_links_keepTheirName() throws IOException {
        lower.add("target.json", ALWAYS, "poststart");
        Files.createSymbolicLink(in(upper, "link.json"), in(lower, "target.json"));
        Path link = Files.createSymbolicLink(parent.resolve("link.d"), upper.path());

        assertThat(read(link).hooks())
                .extracting(HookFile::name, HookFile::path)
                .containsExactly(tuple("link.json", link.resolve("link.json")));
    }

    @Test
    void load_writableFile_isRefused() {
        lower.add("a.json", ALWAYS, "poststart").add("b.json", ALWAYS, "poststart");
        HookFolder.mode(in(lower, "a.json"), "rw-rw-r--");

        HookSet set = load(lower);

        assertThat(set.hooks()).extracting(HookFile::name).containsExactly("b.json");
        assertThat(messages(set))
                .containsExactly("cannot use '" + in(lower, "a.json") + "': '" + in(lower, "a.json")
                        + "' must be writable by its owner alone, has mode 0664");
    }

    @Test
    void load_writableProgram_isRefused() {
        lower.add("a.json", ALWAYS, "poststart");
        HookFolder.mode(lower.program(), "rwxr-xrwx");

        assertThat(messages(load(lower)))
                .containsExactly("cannot use '" + in(lower, "a.json") + "': hook.path: '" + lower.program()
                        + "' must be writable by its owner alone, has mode 0757");
    }

    @Test
    void load_writableDirectory_isRefusedWithAllItsFiles() {
        lower.add("a.json", ALWAYS, "poststart");
        upper.add("b.json", ALWAYS, "poststart");
        HookFolder.mode(lower.path(), "rwxrwxrwx");

        HookSet set = load(lower, upper);

        assertThat(set.hooks()).extracting(HookFile::name).containsExactly("b.json");
        assertThat(messages(set))
                .containsExactly("cannot use '" + lower.path() + "': '" + lower.path()
                        + "' must be writable by its owner alone, has mode 0777");
    }

    @Test
    void load_directoryIsAFile_isReported() {
        lower.add("a.json", ALWAYS, "poststart");

        assertThat(messages(read(in(lower, "a.json"))))
                .containsExactly(
                        "cannot use '" + in(lower, "a.json") + "': '" + in(lower, "a.json") + "' must be a directory");
    }

    @Test
    void load_tooManyFiles_isAnErrorOfTheDirectory() throws IOException {
        for (int i = 0; i < HookDirectories.MAX_FILES; i++) {
            Files.createSymbolicLink(in(lower, i + ".json"), Path.of("none"));
        }
        assertThat(messages(load(lower))).isEmpty();

        Files.createSymbolicLink(in(lower, "more.json"), Path.of("none"));

        assertThat(messages(load(lower)))
                .containsExactly(
                        "cannot use '" + lower.path() + "': '" + lower.path() + "' must hold at most 1000 files");
    }

    @Test
    void load_isCold() {
        Mono<HookSet> load = HookDirectories.of(List.of(lower.path())).load();
        lower.add("a.json", ALWAYS, "poststart");
        assertThat(hooks(load.block(HookFolder.TIMEOUT))).hasSize(1);

        lower.remove("a.json");

        assertThat(hooks(load.block(HookFolder.TIMEOUT))).isEmpty();
    }

    private static List<HookFile> hooks(@Nullable HookSet set) {
        return Objects.requireNonNull(set).hooks();
    }

    @Test
    void withExtensionStages_areTakenBesideThoseOfTheSpecification() {
        lower.add("a.json", ALWAYS, "precreate", "poststop");

        HookSet set = lower.load("precreate");

        assertThat(set.extensionStages()).containsExactly("precreate");
        assertThat(set.hooks()).singleElement().satisfies(file -> assertThat(file.stages())
                .containsExactly("precreate", "poststop"));
    }

    @Test
    void directories_nonsense_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HookDirectories.of(List.of(Path.of("hooks.d"))))
                .withMessage("hook directory must be an absolute path, was 'hooks.d'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HookDirectories.defaults().withExtensionStages(Set.of(" ")))
                .withMessage("extension stage must have a name, was ' '");
        assertThatNullPointerException().isThrownBy(() -> HookDirectories.of(Arrays.asList((Path) null)));
    }

    private static HookSet load(HookFolder... folders) {
        return read(Stream.of(folders).map(HookFolder::path).toArray(Path[]::new));
    }

    private static HookSet read(Path... directories) {
        return Objects.requireNonNull(
                HookDirectories.of(List.of(directories)).load().block(HookFolder.TIMEOUT));
    }

    private static Path in(HookFolder folder, String name) {
        return folder.path().resolve(name);
    }

    private static List<@Nullable String> messages(HookSet set) {
        return set.errors().stream().map(Throwable::getMessage).toList();
    }
}
