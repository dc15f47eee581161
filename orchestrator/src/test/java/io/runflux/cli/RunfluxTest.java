// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("once")
class RunfluxTest {
    @TempDir
    private Path directory;

    @ParameterizedTest(name = "[{index}] runflux {0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            -                                              | a command is needed
            dance                                          | 'dance'
            run                                            | (--bundle=DIR | --rootfs=DIR)
            run --rootfs /                                 | --rootfs needs a COMMAND to run
            run --rootfs / --bundle / true                 | mutually exclusive
            run --rootfs /no/such true                     | '/no/such'
            run --bundle /no/such                          | '/no/such'
            run --bundle / true                            | COMMAND, --env, --cwd and --read-only go with --rootfs
            run --bundle / --env A=b                       | COMMAND, --env, --cwd and --read-only go with --rootfs
            run --bundle / --cwd /tmp                      | COMMAND, --env, --cwd and --read-only go with --rootfs
            run --bundle / --read-only                     | COMMAND, --env, --cwd and --read-only go with --rootfs
            run --rootfs / --timeout 0s true               | --timeout must be more than zero
            run --rootfs / --timeout 10 true               | was '10'
            run --rootfs / --timeout -1s true              | was '-1s'
            run --rootfs / --timeout 8761h true            | a year (8760h) at most, was '8761h'
            run --rootfs / --grace soon true               | was 'soon'
            run --rootfs / --runtime docker true           | must be one of auto, runc, crun, runsc, host, was 'docker'
            run --rootfs / --id ../x true                  | was '../x'
            run --rootfs / --env A true                    | a variable is NAME=VALUE, was 'A'
            run --rootfs / -e =b true                      | a variable is NAME=VALUE, was '=b'
            run --rootfs / --cwd tmp true                  | --cwd must be an absolute path, was 'tmp'
            run --rootfs / --runtime host --read-only true | --read-only needs a runtime that isolates
            run --rootfs / --fast true                     | '--fast'
            run --rootfs /usr --runtime host -t true       | --tty with the host runtime needs --rootfs / or --bundle
            run --rootfs / --runtime-flag a=b true         | go with --runtime runc, crun or runsc
            run --rootfs / --runtime-flag a true           | 'a'
            run --rootfs / --publish 1:2 true              | --publish needs a network, by --net NAME
            run --rootfs / --net a --publish 1 true        | a port is [IP:]HOST:CONTAINER[/tcp
            run --rootfs / --net a --publish 0:80 true     | host port must be from 1 to 65535, was 0
            run --rootfs / --net a --publish 1:2/sctp true | was '1:2/sctp'
            run --rootfs / --net host --net a true         | --net host and --net none go alone
            run --rootfs / --runtime host --net none true  | --net needs a runtime that isolates
            run --rootfs / --runtime host --net web true   | --net needs a runtime that isolates
            list --runtime host --runtime-prefix /bin/env  | go with --runtime runc, crun or runsc
            list --runtime crun --runtime-prefix env,a     | must begin with an absolute path, was 'env'
            run --rootfs / --log http://host/ true         | was 'http://host/'
            run --rootfs / --log file:///a?b=c true        | 'b'
            run --rootfs / --log null --log null true      | specified only once
            run --rootfs / --quiet true                    | --quiet goes with --log
            run --rootfs / --quiet --log null -t true      | --quiet does not go with --tty
            run --rootfs / --log-driver-allow /a true      | --log-driver-allow goes with --log
            run --rootfs / --log null --log-driver-allow a true | without '.' and '..', was 'a'
            run --rootfs / -d true                         | --detach goes with --connect
            --log-level loud list                          | must be one of error, warn, info, debug, trace, was 'loud'
            list --log-level loud                          | must be one of error, warn, info, debug, trace, was 'loud'
            list --log-format xml                          | must be one of text, json, was 'xml'
            exec                                           | 'ID'
            exec -d --log null c1 true                     | --detach does not stay with the process
            exec --quiet c1 true                           | --quiet goes with --log
            logs                                           | 'ID|URI|PATH'
            logs c1 c2                                     | 'c2'
            logs c..1                                      | was 'c..1'
            logs ./log --tail -1                           | --tail must be 0 or more, was -1
            logs ./log --since yesterday                   | was 'yesterday'
            logs ./log --since 2026-01-31Tx                | was '2026-01-31Tx'
            logs ./log --timestamps                        | need a log that tells them
            logs ./log --stdout --stderr                   | mutually exclusive
            logs http://host/log                           | was 'http://host/log'
            attach                                         | 'ID'
            attach c1 c2                                   | 'c2'
            attach --detach-keys ctrl-1 c1                 | was 'ctrl-1'
            exec c1                                        | 'COMMAND'
            exec -d -i c1 true                             | --detach does not stay with the process
            exec -d -t c1 true                             | --detach does not stay with the process
            exec --cwd tmp c1 true                         | --cwd must be an absolute path, was 'tmp'
            exec --user root c1 true                       | was 'root'
            exec --user 99999999999:0 c1 true              | was '99999999999:0'
            exec --user 9999999999 c1 true                 | 9999999999
            exec --env A c1 true                           | a variable is NAME=VALUE, was 'A'
            ps                                             | 'ID'
            ps c1 --format xml                             | 'xml'
            top c1 pid comm                                | 'comm'
            stats c1 c2                                    | 'c2'
            update c1                                      | a limit is needed
            update c1 --memory 1t                          | was '1t'
            update c1 --memory 9999999999g                 | was '9999999999g'
            update c1 --pids many                          | 'many'
            pause                                          | 'ID'
            resume a/b                                     | was 'a/b'
            wait                                           | 'ID'
            checkpoint c1                                  | '--image=DIR'
            restore c1 --image /tmp                        | '--bundle=DIR'
            features now                                   | 'now'
            spec now                                       | 'now'
            list c1                                        | 'c1'
            list --format xml                              | 'xml'
            state                                          | 'ID'
            state c1 c2                                    | 'c2'
            state a/b                                      | was 'a/b'
            kill                                           | required parameter: 'ID' (
            kill c1 NOPE                                   | was 'NOPE'
            kill c1 0                                      | was 0
            kill c1 65                                     | was 65
            delete                                         | 'ID'
            events --topic /tasks/nap                      | was '/tasks/nap'
            events --id !                                  | was '!'
            events --root                                  | '--root'
            doctor now                                     | 'now'
            run --rootfs / --hooks-dir /no/such true       | --hooks-dir must be an existing directory, was '/no/such'
            run --rootfs / --hooks-dir /etc/passwd true    | --hooks-dir must be an existing directory, was '/etc/passwd'
            hooks                                          | a command is needed, such as list
            hooks dance                                    | 'dance'
            hooks list                                     | '--bundle=DIR'
            hooks list --bundle /no/such                   | --bundle must be an existing directory, was '/no/such'
            hooks list --bundle / --format xml             | 'xml'
            hooks list --bundle / more                     | 'more'
            hooks run                                      | 'PROGRAM'
            hooks run --timeout 0s /bin/true               | --timeout must be more than zero
            hooks run --timeout 1 /bin/true                | was '1'
            hooks run --post-kill-timeout -1s /bin/true    | was '-1s'
            hooks run -e A /bin/true                       | a variable is NAME=VALUE, was 'A'
            hooks run --cwd /no/such /bin/true             | --cwd must be an existing directory, was '/no/such'
            hooks run --state /no/such /bin/true           | --state must be an existing file, was '/no/such'
            hooks run --state / /bin/true                  | --state must be a file that can be read, was '/'
            hooks filter --diff                            | '--bundle=DIR'
            hooks filter --bundle / --timeout 0s           | --timeout must be more than zero
            """)
    void execute_wrongArguments_saysSoInOneLineAndReturns2(String arguments, String message) {
        CliResult result = CliResult.of(arguments == null ? new String[0] : arguments.split(" "));

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("runflux: ").contains(message).endsWith("--help)\n");
        assertThat(result.err().lines()).hasSize(1);
    }

    @Test
    void execute_argumentWithNewline_cannotForgeALine() {
        CliResult result = CliResult.of("state", "a\nrunflux: all is well");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err().lines()).hasSize(1);
    }

    @Test
    void execute_helpAndVersion_printsThem() {
        assertThat(CliResult.of("--help").out()).contains("run", "list", "state", "kill", "delete", "events", "doctor");
        assertThat(CliResult.of("run", "--help").out()).contains("--bundle", "--rootfs", "Exit codes");
        assertThat(CliResult.of("--version").out()).startsWith("runflux ");
        assertThat(CliResult.of("kill", "--version").out()).startsWith("runflux ");
        assertThat(CliResult.of("hooks", "--help").out()).contains("list", "run", "filter");
        assertThat(CliResult.of("hooks", "run", "--help").out()).contains("--kill-group", "Exit codes");
        assertThat(CliResult.of("hooks", "filter", "--version").out()).startsWith("runflux ");
    }

    @Test
    void commandLine_commandIsNamed_isToldOfNoOther() {
        assertThat(Runflux.commandLine("hooks", "run").getSubcommands()).containsOnlyKeys("hooks");
        assertThat(Runflux.commandLine("--log-level", "info", "run").getSubcommands())
                .containsKeys("run", "hooks", "doctor");
        assertThat(Runflux.commandLine().getSubcommands()).containsKeys("run", "hooks", "doctor");
    }

    @Test
    void doctor_here_tellsKernelLauncherAndRuntimes() {
        CliResult result = CliResult.of("doctor");

        assertThat(result.code()).isZero();
        assertThat(result.out().lines().map(line -> line.split(" ")[0]))
                .contains("kernel", "java", "user", "cgroups", "launcher", "pidfd", "host");
        assertThat(result.out()).contains(System.getProperty("os.version"), "lacks: pause and resume, ");
    }

    @Test
    void run_ttyWithoutTerminal_saysSoAndReturns2() throws Exception {
        Scene scene = new Scene(directory);
        try (CliProcess cli = CliProcess.start(
                scene, "run", "--root", scene.state().toString(), "--runtime", "host", "--rootfs", "/", "-t", "true")) {
            assertThat(cli.end()).isEqualTo(2);
            assertThat(cli.err())
                    .isEqualTo("runflux: --tty needs standard input to be a terminal, and it is not (see runflux run"
                            + " --help)\n");
        }
        scene.assertNothingLeft();
    }

    @Test
    void list_stateDirectoryIsAFile_refusesIt() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        CliResult result = CliResult.of("list", "--root", file.toString());

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains(file + " is not a directory");
    }

    @Test
    void list_othersMayWriteToStateDirectory_refusesIt() throws Exception {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        CliResult result = CliResult.of("list", "--root", open.toString());

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("nobody else can write to");
    }

    @Test
    void run_stateDirectoryIsLinkToAnother_refusesIt() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);

        CliResult result = CliResult.of("run", "--root", link.toString(), "--runtime", "host", "--rootfs", "/", "true");

        assertThat(result.code()).isEqualTo(125);
        assertThat(result.err().lines()).hasSize(1);
    }
}
