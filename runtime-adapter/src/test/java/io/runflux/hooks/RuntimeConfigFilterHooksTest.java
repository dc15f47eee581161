// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.runflux.hooks.HookException.Reason;
import io.runflux.oci.Hook;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciJsonException;
import io.runflux.oci.Spec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The filter, with hooks that are programs. */
class RuntimeConfigFilterHooksTest extends HookFixture {
    private static final HookOptions DEFAULTS = HookOptions.defaults();
    private static final Spec CONFIG =
            OciJson.read("{\"ociVersion\":\"1.0.2\",\"hostname\":\"old\",\"vm\":{\"x\":1}}", Spec.class);
    private static final Hook RENAME = sh("sed s/old/new/");

    @TempDir
    Path directory;

    @Test
    void filter_twoHooks_changeOneAfterTheOther() {
        Path seen = directory.resolve("seen");
        FilteredConfig result = filter(DEFAULTS, sh("sed s/old/new/; echo"), sh("tee " + seen + " | sed s/new/newer/"));
        assertThat(result.config()).isEqualTo(CONFIG.withHostname("newer"));
        assertThat(result.changes()).hasSize(2);
        assertThat(seen)
                .content()
                .startsWith(OciJson.write(CONFIG.withHostname("new")))
                .endsWith("\n");
    }

    @Test
    void filter_hookWritesToStandardError_isNoneOfTheConfiguration() {
        StringBuilder errors = new StringBuilder();
        FilteredConfig result = filter(DEFAULTS.withStderr(into(errors)), sh("echo hello >&2; cat"));
        assertThat(result.changes()).isEmpty();
        assertThat(errors).hasToString("hello\n");
    }

    @Test
    void filter_hookWritesAConfigurationAndFails_fails() {
        ConfigFilterException error = catchFilter(DEFAULTS, RENAME, sh("cat; exit 1"));
        assertThat(error).hasMessage("config filter hook 1 (/bin/sh): executing [sh -c cat; exit 1]: exit status 1");
        assertThat(error.hookError()).isSameAs(error.getCause());
        assertThat(error.partialResult().config()).isEqualTo(CONFIG.withHostname("new"));
    }

    @Test
    void filter_hookWritesNothing_fails() {
        ConfigFilterException error = catchFilter(DEFAULTS, hook("/bin/true"));
        assertThat(error).hasCauseInstanceOf(OciJsonException.class);
        assertThat(error.hookError()).isNull();
    }

    @Test
    void filter_hookIsMissing_fails() {
        ConfigFilterException error = catchFilter(DEFAULTS, hook("/does/not/exist"));
        assertThat(error)
                .hasMessage(
                        "config filter hook 0 (/does/not/exist): cannot start /does/not/exist: no such file or directory");
        assertThat(error.partialResult().config()).isSameAs(CONFIG);
    }

    @Test
    void filter_hookHangs_failsWithWhatItDidAndWhy() {
        HookOptions options = DEFAULTS.withTimeout(Duration.ofMillis(50));
        ConfigFilterException error = catchFilter(options, hook("/bin/sleep", "sleep", "1000"));
        assertThat(error)
                .hasMessage("config filter hook 0 (/bin/sleep): "
                        + "hook /bin/sleep was killed: it exceeded its time limit of 50ms");
        assertThat(error.hookError()).hasMessage("executing [sleep 1000]: signal SIGKILL");
        assertThat(error).cause().isInstanceOfSatisfying(HookException.class, cause -> assertThat(cause.reason())
                .isEqualTo(Reason.TIMED_OUT));
    }

    /** The hook writes on until its pipe breaks, and would be blamed for the signal that this gives. */
    @Test
    void filter_outputTooLong_saysSoAndEndsTheHook() {
        ConfigFilterException error = catchFilter(DEFAULTS, hook("/bin/cat", "cat", "/dev/zero"));
        assertThat(error).hasMessage("config filter hook 0 (/bin/cat): a configuration must be at most 16777216 bytes");
    }

    @Test
    void filter_outputAsLongAsAllowed_isTaken() {
        Hook hook = sh(
                "cat; head -c " + (OciJson.MAX_BYTES - OciJson.write(CONFIG).length()) + " /dev/zero | tr '\\0' ' '");
        assertThat(filter(DEFAULTS, hook).changes()).isEmpty();
    }

    @Test
    void filter_twiceFromOneMono_runsTwice() {
        Path count = directory.resolve("count");
        Hook hook = sh("echo x >> " + count + "; cat");
        var filter = RuntimeConfigFilter.of(runner).filter(List.of(hook), CONFIG, DEFAULTS);
        filter.then(filter).block(TIMEOUT);
        assertThat(count).hasContent("x\nx");
    }

    private FilteredConfig filter(HookOptions options, Hook... hooks) {
        return Objects.requireNonNull(RuntimeConfigFilter.of(runner)
                .filter(List.of(hooks), CONFIG, options)
                .block(TIMEOUT));
    }

    private ConfigFilterException catchFilter(HookOptions options, Hook... hooks) {
        return catchThrowableOfType(ConfigFilterException.class, () -> filter(options, hooks));
    }
}
