// SPDX-License-Identifier: Apache-2.0
package io.runflux;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntime;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;

@Tag("once")
class ArchitectureTest {
    private static final String PROCESS = "io.runflux.process";
    private static final String OCI = "io.runflux.oci";
    private static final String RUNTIME = "io.runflux.runtime";
    private static final String HOOKS = "io.runflux.hooks";
    private static final String HOST = "io.runflux.host";
    private static final String STDIO = "io.runflux.stdio";
    private static final String NETWORK = "io.runflux.network";
    private static final String FILES = "io.runflux.files";
    /** A text constant of a class file, which is a tag, a length of two bytes and the text. */
    private static final Pattern RUNTIME_FLAG =
            Pattern.compile("\\x01..--(root|log|bundle|pid-file|all|force|process|no-)", Pattern.DOTALL);

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(PROCESS, OCI, RUNTIME, HOOKS, HOST, STDIO, NETWORK, FILES);

    @Test
    void import_findsThePackages() {
        assertThat(CLASSES.contain(ProcessLauncher.class)).isTrue();
        assertThat(CLASSES.contain(OciRuntime.class)).isTrue();
        assertThat(CLASSES.contain("io.runflux.oci.Spec")).isTrue();
        assertThat(CLASSES.contain("io.runflux.hooks.HookDirectories")).isTrue();
        assertThat(CLASSES.contain("io.runflux.host.Command")).isTrue();
        assertThat(CLASSES.contain("io.runflux.stdio.UpstreamIo")).isTrue();
        assertThat(CLASSES.contain("io.runflux.network.CniNetworks")).isTrue();
        assertThat(CLASSES.contain("io.runflux.files.TrustedFiles")).isTrue();
    }

    @Test
    void process_knowsOfThisProjectOnlyTheEvents() {
        noClasses()
                .that()
                .resideInAPackage(PROCESS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        RUNTIME, OCI, HOOKS, HOST, STDIO, NETWORK, "io.runflux.orchestrator", "io.runflux.cli")
                .check(CLASSES);
    }

    @Test
    void nobody_knowsTheOrchestrator() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.runflux.orchestrator", "io.runflux.cli")
                .check(CLASSES);
    }

    @Test
    void hooks_areKnownByNobodyElseHere() {
        noClasses()
                .that()
                .resideOutsideOfPackage(HOOKS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(HOOKS)
                .check(CLASSES);
    }

    @Test
    void hosts_areKnownByNobodyElseHere() {
        noClasses()
                .that()
                .resideOutsideOfPackage(HOST)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(HOST)
                .check(CLASSES);
    }

    @Test
    void hooks_doNotKnowRuntimes() {
        noClasses()
                .that()
                .resideInAPackage(HOOKS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(RUNTIME + "..")
                .check(CLASSES);
    }

    /** It stands above the streams of any process. */
    @Test
    void stdio_knowsProcessesAlone() {
        noClasses()
                .that()
                .resideInAPackage(STDIO)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(RUNTIME + "..", OCI, HOOKS, HOST, NETWORK)
                .check(CLASSES);
    }

    @Test
    void networks_areKnownByNobodyElseHere() {
        noClasses()
                .that()
                .resideOutsideOfPackage(NETWORK)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(NETWORK)
                .check(CLASSES);
    }

    @Test
    void networks_doNotKnowRuntimes() {
        noClasses()
                .that()
                .resideInAPackage(NETWORK)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(RUNTIME + "..")
                .check(CLASSES);
    }

    @Test
    void files_knowNobodyOfThisProject() {
        noClasses()
                .that()
                .resideInAPackage(FILES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PROCESS, OCI, RUNTIME + "..", HOOKS, NETWORK)
                .check(CLASSES);
    }

    @Test
    void processesAndDescriptors_areTouchedByTheLauncherAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage(PROCESS)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Process.class, ProcessBuilder.class, ProcessHandle.class, Runtime.class, FileDescriptor.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("com.sun.jna..", "io.netty.channel..")
                .check(CLASSES);
    }

    @Test
    void nobody_retries() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("reactor.util.retry..")
                .orShould()
                .callMethodWhere(target(nameMatching("retry.*")).and(target(owner(assignableTo(Publisher.class)))))
                .check(CLASSES);
    }

    /** Connections are not commands: only they are tried again here. */
    @Test
    void resilience4j_isUsedToDialAgain() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.runflux.stdio.Redial")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.github.resilience4j..")
                .check(CLASSES);
    }

    /** The runtime's own log is JSON as well, and is read by one class; so are the logs of containers. */
    @Test
    void jackson_staysWithTheSpecificationAndWithLogs() {
        noClasses()
                .that()
                .resideOutsideOfPackage(OCI)
                .and()
                .doNotHaveFullyQualifiedName("io.runflux.runtime.RuntimeLog")
                .and()
                .doNotHaveFullyQualifiedName("io.runflux.stdio.RecordEncoder")
                .and()
                .doNotHaveFullyQualifiedName("io.runflux.stdio.RecordDecoder")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
                .check(CLASSES);
    }

    @Test
    void flagsOfRuntimes_areSpelledByTheirDialectsAlone() {
        List<String> spellers = CLASSES.stream()
                .filter(type -> type.getPackageName().equals(RUNTIME) && spellsAFlag(type))
                .map(JavaClass::getSimpleName)
                .toList();

        assertThat(spellers).containsExactlyInAnyOrder("CommandLineDialect", "RuncDialect", "RunscDialect");
    }

    private static boolean spellsAFlag(JavaClass type) {
        try (InputStream bytes = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            return RUNTIME_FLAG
                    .matcher(new String(bytes.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .find();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void packages_areFreeOfCycles() {
        slices().matching("io.runflux.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
