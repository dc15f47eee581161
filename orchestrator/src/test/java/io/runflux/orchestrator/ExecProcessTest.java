// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.events.ContainerId;
import io.runflux.oci.Capabilities;
import io.runflux.oci.ConsoleSize;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Rlimit;
import io.runflux.oci.User;
import io.runflux.orchestrator.ExecProcess.Command;
import io.runflux.orchestrator.ExecProcess.Whole;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExecProcessTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final List<String> SOME = List.of("CAP_KILL");
    private static final OciProcess OWN = OciProcess.of(List.of("init", "--forever"))
            .withEnv(List.of("PATH=/bin", "MODE=fast", "MODEL=t"))
            .withCwd("/srv")
            .withUser(User.of(1000, 1000))
            .withTerminal(true)
            .withConsoleSize(new ConsoleSize(24, 80, Map.of()))
            .withCapabilities(new Capabilities(SOME, SOME, SOME, SOME, SOME, Map.of()))
            .withRlimits(List.of(Rlimit.of("RLIMIT_NOFILE", 1, 2)))
            .withNoNewPrivileges(true);

    @Test
    void in_commandAlone_isTheContainersProcessButForArgumentsAndTerminal() {
        assertThat(Command.of(List.of("ls", "-l")).in(OWN))
                .isEqualTo(OWN.withArgs(List.of("ls", "-l")).withTerminal(false).withConsoleSize(null));
    }

    @Test
    void in_whatIsAsked_winsOverTheContainersProcess() {
        Command command = Command.of(List.of("ls"))
                .withAddedEnv(List.of("MODE=slow", "NEW=1"))
                .withAddedEnv(List.of("NEW=2=2"))
                .withCwd("/tmp")
                .withUser(User.of(0, 5));

        OciProcess process = command.in(OWN);

        assertThat(process.env()).containsExactly("PATH=/bin", "MODEL=t", "MODE=slow", "NEW=2=2");
        assertThat(process.cwd()).isEqualTo("/tmp");
        assertThat(process.user()).isEqualTo(User.of(0, 5));
        assertThat(process.capabilities()).isEqualTo(OWN.capabilities());
    }

    @Test
    void in_anotherUserThanRoot_hasNoCapabilities() {
        Capabilities left =
                Command.of(List.of("ls")).withUser(User.of(7, 7)).in(OWN).capabilities();

        assertThat(left).isEqualTo(new Capabilities(SOME, List.of(), List.of(), List.of(), List.of(), Map.of()));
    }

    @Test
    void in_noPathOrNoProcess_hasTheUsualPath() {
        List<String> usual = List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

        assertThat(Command.of(List.of("ls")).in(OWN.withEnv(List.of("A=b"))).env())
                .containsExactly("A=b", usual.get(0));
        assertThat(Command.of(List.of("ls")).in(null))
                .isEqualTo(OciProcess.of(List.of("ls")).withEnv(usual));
    }

    @Test
    void in_whole_takesNothing() {
        OciProcess whole = OciProcess.of(List.of("ls"));

        assertThat(new Whole(whole).in(OWN)).isEqualTo(whole);
        assertThat(ExecRequest.of(ID, whole.withEnv(List.of("A=1", "B=1")))
                        .withEnvironment(List.of("A=2"))
                        .process())
                .isEqualTo(new Whole(whole.withEnv(List.of("B=1", "A=2"))));
    }

    @Test
    void new_whatCannotBe_saysWhatIsWanted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExecRequest.of(ID, List.of()))
                .withMessage("command must have a command, was empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExecRequest.of(ID, OciProcess.of(List.of())))
                .withMessage("process.args must have a command, was empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExecRequest.of(ID, List.of("ls")).withEnvironment(List.of("=secret")))
                .withMessage("process.env must have NAME=value, a variable has no name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Command.of(List.of("ls")).withCwd("tmp"))
                .withMessage("cwd must be an absolute path, was 'tmp'");
    }

    @Test
    void toString_command_hidesWhatMayBeSecret() {
        assertThat(Command.of(List.of("login", "hunter2")).withAddedEnv(List.of("TOKEN=hunter2")))
                .hasToString("Command[login, 2 arguments, 1 variables, cwd null, user null]");
    }
}
