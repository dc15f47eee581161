// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuncDialectTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final RuntimeConfig CONFIG = RuntimeConfig.builder(Path.of("/usr/sbin/runc"))
            .root(Path.of("/run/x"))
            .temporaryDirectory(Path.of("/tmp"))
            .build();
    private static final Exchange EXCHANGE = new Exchange(Path.of("/p"), Path.of("/i"), null, null);
    private final RuncDialect dialect = new RuncDialect();

    @Test
    void global_defaults_haveRootAndLog() {
        assertThat(words(dialect.global(CONFIG, Path.of("/l")))).isEqualTo("--root /run/x --log /l --log-format json");
    }

    @Test
    void global_noLogFile_logsInTheSameForm() {
        assertThat(words(dialect.global(CONFIG, null))).isEqualTo("--root /run/x --log-format json");
    }

    @Test
    void global_everything_isRendered() {
        RuntimeConfig config = CONFIG.toBuilder()
                .systemdCgroup(true)
                .extraArguments(List.of("--strict"))
                .build();

        assertThat(words(dialect.global(config, Path.of("/l"))))
                .isEqualTo("--root /run/x --log /l --log-format json --systemd-cgroup --strict");
    }

    @Test
    void create_defaultsAndEverything_areRendered() {
        CreateOptions all = CreateOptions.defaults()
                .withNoPivot(true)
                .withNoNewKeyring(true)
                .withExtraArguments(List.of("--preserve-fds", "1"));

        assertThat(words(dialect.create(ID, Path.of("/b"), EXCHANGE, CreateOptions.defaults())))
                .isEqualTo("create --bundle /b --pid-file /p -- c1");
        assertThat(words(dialect.create(ID, Path.of("/b"), EXCHANGE, all)))
                .isEqualTo("create --bundle /b --pid-file /p --no-pivot --no-new-keyring --preserve-fds 1 -- c1");
        assertThat(words(dialect.run(ID, Path.of("/b"), EXCHANGE, all)))
                .isEqualTo("run --bundle /b --pid-file /p --no-pivot --no-new-keyring --preserve-fds 1 -- c1");
    }

    @Test
    void others_areRendered() {
        KillOptions all = KillOptions.all();

        assertThat(words(dialect.start(ID))).isEqualTo("start -- c1");
        assertThat(words(dialect.state(ID))).isEqualTo("state -- c1");
        assertThat(words(dialect.kill(ID, Signal.TERM, KillOptions.init()))).isEqualTo("kill -- c1 15");
        assertThat(words(dialect.kill(ID, Signal.KILL, all))).isEqualTo("kill --all -- c1 9");
        assertThat(words(dialect.delete(ID, DeleteOptions.defaults()))).isEqualTo("delete -- c1");
        assertThat(words(dialect.delete(ID, new DeleteOptions(true)))).isEqualTo("delete --force -- c1");
        assertThat(words(dialect.exec(
                        ID, Path.of("/f"), EXCHANGE, ExecOptions.defaults().withExtraArguments(List.of("--x")))))
                .isEqualTo("exec --process /f --pid-file /p --x -- c1");
        assertThat(words(dialect.list())).isEqualTo("list --format json");
    }

    @Test
    void config_nonsense_isRefused() {
        assertThatThrownBy(() -> RuntimeConfig.of(Path.of("runc")))
                .hasMessage("runtime binary must be an absolute path, was 'runc'");
        assertThatThrownBy(() -> CONFIG.toBuilder().environment(Map.of("NOTIFY_SOCKET", "/x")))
                .hasMessageContaining("NOTIFY_SOCKET");
        assertThatThrownBy(() -> CreateOptions.defaults().withCommandPrefix(List.of("unshare")))
                .hasMessage("command prefix must begin with an absolute path, was 'unshare'");
    }

    private static String words(List<String> arguments) {
        return String.join(" ", arguments);
    }
}
