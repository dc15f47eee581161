// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static io.runflux.hooks.HookFixture.hook;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import io.runflux.oci.Hook;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciJsonException;
import io.runflux.oci.Spec;
import io.runflux.process.Stdio;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** The filter, with hooks that are functions. */
class RuntimeConfigFilterTest {
    private static final HookOptions DEFAULTS = HookOptions.defaults();
    private static final Spec CONFIG = spec("{'ociVersion':'1.0.2','hostname':'old'}");

    /** What each run was given. */
    private final List<String> states = new ArrayList<>();

    @Test
    void filter_noHooks_isTheConfigurationItself() {
        FilteredConfig result = filter(CONFIG);
        assertThat(result.config()).isSameAs(CONFIG);
        assertThat(result.changes()).isEmpty();
    }

    @Test
    void filter_notSubscribed_runsNothingAndThenEachTimeAnew() {
        Mono<FilteredConfig> filter = mono(CONFIG, DEFAULTS, json -> json.replace("old", "new"));
        assertThat(states).isEmpty();
        assertThat(filter.block()).isEqualTo(filter.block());
        assertThat(states).hasSize(2).containsOnly(OciJson.write(CONFIG));
    }

    @Test
    void filter_threeHooks_eachReadsWhatTheLastWrote() {
        FilteredConfig result = filter(
                CONFIG,
                json -> json.replace("old", "one"),
                json -> json.replace("one", "two"),
                json -> json.replace("two", "three"));
        assertThat(result.config()).isEqualTo(CONFIG.withHostname("three"));
        assertThat(result.changes()).extracting(ConfigChange::index).containsExactly(0, 1, 2);
        assertThat(result.changes()).extracting(ConfigChange::path).containsOnly("/hook");
    }

    @Test
    void filter_unknownFields_areKeptBetweenHooksAndInTheResult() {
        FilteredConfig result = filter(
                spec("{'ociVersion':'1.0.2','vm':{'kernel':'k'}}"),
                json -> json.replace("{\"kernel\"", "{\"added\":[1,null],\"kernel\""),
                RuntimeConfigFilterTest::unchanged);
        assertThat(states.get(1)).contains("\"added\":[1,null]");
        assertThat(OciJson.write(result.config()))
                .isEqualTo(json("{'ociVersion':'1.0.2','vm':{'added':[1,null],'kernel':'k'}}"));
    }

    @Test
    void filter_whitespace_reachesTheNextHook() {
        String written = json("\n {'ociVersion' :\t'1.0.2'}\r\n ");
        filter(CONFIG, json -> written, RuntimeConfigFilterTest::unchanged);
        assertThat(states.get(1)).isEqualTo(written);
    }

    @Test
    void filter_hookIgnoresItsInput_replacesEverything() {
        FilteredConfig result = filter(CONFIG, json -> json("{'ociVersion':'9'}"));
        assertThat(result.config()).isEqualTo(spec("{'ociVersion':'9'}"));
    }

    @Test
    void filter_keysInAnotherOrder_isNoChange() {
        Spec config = spec("{'ociVersion':'1.0.2','hostname':'h','annotations':{'a':'1','b':'2'},'x':{'y':1,'z':2}}");
        FilteredConfig result = filter(
                config,
                json -> json(
                        "{'x':{'z':2,'y':1},'annotations':{'b':'2','a':'1'},'hostname':'h','ociVersion':'1.0.2'}"));
        assertThat(result.changes()).isEmpty();
        assertThat(result.config()).isEqualTo(config);
    }

    @Test
    void filter_oneHookChangesSomething_tellsItsIndexAndADiff() {
        FilteredConfig result = filter(
                CONFIG,
                RuntimeConfigFilterTest::unchanged,
                json -> json.replace("old", "new"),
                RuntimeConfigFilterTest::unchanged);
        assertThat(result.changes()).containsExactly(new ConfigChange(1, "/hook", String.join("\n", """
                        --- Old
                        +++ New
                        @@ -2,3 +2,3 @@
                           "ociVersion" : "1.0.2",
                        -  "hostname" : "old"
                        +  "hostname" : "new"
                         }""".lines()
                .toList())));
    }

    @Test
    void change_asText_countsTheLinesOfTheDiff() {
        assertThat(new ConfigChange(1, "/hook", "a\nb=secret"))
                .hasToString("ConfigChange[hook 1, /hook, diff of 2 lines]");
    }

    @Test
    void filter_secondHookFails_saysWhichAndKeepsWhatTheFirstMade() {
        HookException failed = HookException.failed(hook("/hook"), ExitStatus.exited(1));
        HookRunner runner = (hook, state, options) -> new String(state, UTF_8).contains("old")
                ? write(options, new String(state, UTF_8).replace("old", "new"))
                : write(options, new String(state, UTF_8))
                        .thenReturn(new HookResult(failed, failed, ExitStatus.exited(1), Duration.ZERO));
        ConfigFilterException error = catchFilter(runner, DEFAULTS, hook("/first"), hook("/second"), hook("/third"));
        assertThat(error)
                .hasMessage("config filter hook 1 (/second): executing [/hook]: exit status 1")
                .hasCause(failed);
        assertThat(error.index()).isEqualTo(1);
        assertThat(error.path()).isEqualTo("/second");
        assertThat(error.hookError()).isSameAs(failed);
        assertThat(error.partialResult().config()).isEqualTo(CONFIG.withHostname("new"));
        assertThat(error.partialResult().changes()).hasSize(1);
        assertThat(CONFIG.hostname()).isEqualTo("old");
    }

    @Test
    void filter_hookWasKilled_tellsWhatItDidAndWhy() {
        HookException did = HookException.notReaped(Duration.ofSeconds(10));
        HookException why = HookException.timedOut(hook("/hook"), Duration.ofSeconds(3));
        HookRunner runner = (hook, state, options) -> Mono.just(new HookResult(did, why, null, Duration.ofSeconds(13)));
        ConfigFilterException error = catchFilter(runner, DEFAULTS, hook("/hook"));
        assertThat(error).hasCause(why);
        assertThat(error.hookError()).isSameAs(did);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|it is empty",
                "` `|it is empty",
                "null|Spec",
                "{|nd-of-input",
                "{'ociVersion':'1'}x|it is no such value",
                "{'ociVersion':'1'}{}|more follows the value",
                "[]|must be of type Spec",
                "'text'|Spec",
                "{}|ociVersion",
                "{'ociVersion':1}|ociVersion",
                "{'ociVersion':'1','process':7}|process",
                "{'ociVersion':'1','ociVersion':'1'}|uplicate",
                "{'ociVersion':'1','process':{'cwd':'relative'}}|cwd"
            })
    void filter_outputIsNoConfiguration_saysWhereAndWhy(String output, String words) {
        ConfigFilterException error = catchThrowableOfType(
                ConfigFilterException.class,
                () -> filter(CONFIG, json -> json.replace("old", "new"), json -> json(output)));
        assertThat(error)
                .hasMessageStartingWith("config filter hook 1 (/hook): ")
                .hasMessageContaining(words)
                .hasCauseInstanceOf(OciJsonException.class);
        assertThat(error.hookError()).isNull();
        assertThat(error.partialResult().config().hostname()).isEqualTo("new");
    }

    @Test
    void filter_outputIsNoConfiguration_isNotQuoted() {
        ConfigFilterException error = catchThrowableOfType(
                ConfigFilterException.class,
                () -> filter(CONFIG, json -> json("{'ociVersion':'1','process':{'env':['K=hunter2'],]")));
        assertThat(error).message().doesNotContain("hunter2");
    }

    @Test
    void filter_standardOutputIsTaken_isRefusedAtOnce() {
        HookOptions options = DEFAULTS.withStdout(HookOutput.to(Stdio.inherit()));
        assertThatThrownBy(() -> mono(CONFIG, options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("INHERIT");
    }

    @Test
    void filter_otherOptions_reachTheHooks() {
        HookOptions given = DEFAULTS.withTimeout(Duration.ofSeconds(3)).withKillsGroup(true);
        List<HookOptions> seen = new ArrayList<>();
        HookRunner runner = (hook, state, options) -> {
            seen.add(options.withStdout(HookOutput.discard()));
            return write(options, new String(state, UTF_8));
        };
        RuntimeConfigFilter.of(runner)
                .filter(List.of(hook("/one"), hook("/two")), CONFIG, given)
                .block();
        assertThat(seen).containsExactly(given, given);
    }

    private FilteredConfig filter(Spec config, Function... hooks) {
        return Objects.requireNonNull(mono(config, DEFAULTS, hooks).block(HookFixture.TIMEOUT));
    }

    /** Hooks are told apart by their environment alone, which holds the number of the function. */
    private Mono<FilteredConfig> mono(Spec config, HookOptions options, Function... functions) {
        List<Hook> hooks = new ArrayList<>();
        for (int i = 0; i < functions.length; i++) {
            hooks.add(new Hook("/hook", List.of(), List.of(Integer.toString(i)), null, Map.of()));
        }
        HookRunner runner = (hook, state, given) -> {
            String json = new String(state, UTF_8);
            states.add(json);
            return write(given, functions[Integer.parseInt(hook.env().get(0))].apply(json));
        };
        return RuntimeConfigFilter.of(runner).filter(hooks, config, options);
    }

    private static ConfigFilterException catchFilter(HookRunner runner, HookOptions options, Hook... hooks) {
        return catchThrowableOfType(ConfigFilterException.class, () -> RuntimeConfigFilter.of(runner)
                .filter(List.of(hooks), CONFIG, options)
                .block(HookFixture.TIMEOUT));
    }

    /** A hook that writes this, in pieces that cut it anywhere, and ends well. */
    private static Mono<HookResult> write(HookOptions options, String output) {
        byte[] bytes = output.getBytes(UTF_8);
        Flux<ByteBuf> pieces = Flux.range(0, (bytes.length + 6) / 7)
                .map(i -> Unpooled.wrappedBuffer(bytes, i * 7, Math.min(7, bytes.length - i * 7)));
        HookOutput.Piped piped = (HookOutput.Piped) options.stdout();
        return Mono.when(piped.relay().apply(ByteBufFlux.fromInbound(pieces)))
                .thenReturn(new HookResult(null, null, ExitStatus.exited(0), Duration.ZERO));
    }

    private static String unchanged(String json) {
        return json;
    }

    private static Spec spec(String text) {
        return OciJson.read(json(text), Spec.class);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    /** What a hook makes of the text that it reads. */
    private interface Function extends UnaryOperator<String> {}
}
