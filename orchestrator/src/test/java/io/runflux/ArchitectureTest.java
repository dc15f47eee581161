// SPDX-License-Identifier: Apache-2.0
package io.runflux;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.runflux.orchestrator.Orchestrator;
import java.io.FileDescriptor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(
                    "io.runflux.orchestrator",
                    "io.runflux.attach",
                    "io.runflux.cli",
                    "io.runflux.client",
                    "io.runflux.metrics",
                    "io.runflux.wire",
                    "io.runflux.server");

    @Test
    void import_findsBothPackages() {
        assertThat(CLASSES.contain(Orchestrator.class)).isTrue();
        assertThat(CLASSES.contain("io.runflux.cli.Runflux")).isTrue();
    }

    @Test
    void orchestrator_doesNotKnowTheCommandLine() {
        noClasses()
                .that()
                .resideInAPackage("io.runflux.orchestrator")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.runflux.cli", "io.runflux.attach", "io.runflux.server", "io.runflux.wire", "picocli..")
                .check(CLASSES);
    }

    @Test
    void wire_isKnownToTheServerAndTheClientAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.runflux.wire", "io.runflux.server", "io.runflux.client", "io.runflux.cli")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.runflux.wire")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.runflux.server")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.runflux.client", "io.runflux.cli")
                .check(CLASSES);
    }

    @Test
    void processes_areStartedByNobodyHere() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Process.class, ProcessBuilder.class, ProcessHandle.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("com.sun.jna..")
                .orShould()
                .callMethod(Runtime.class, "exec", String[].class)
                .check(CLASSES);
    }

    /** Sockets are for those who attach, serve and connect. */
    @Test
    void channels_areUsedInFewPackages() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.runflux.attach", "io.runflux.server", "io.runflux.client")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty.channel..", "io.netty.bootstrap..")
                .check(CLASSES);
    }

    /** The two ends have in common what they say to one another, and nothing else. */
    @Test
    void clientAndServer_doNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("io.runflux.client")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.runflux.server", "io.runflux.attach", "io.runflux.cli")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage("io.runflux.server", "io.runflux.wire", "io.runflux.orchestrator")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.runflux.client")
                .check(CLASSES);
    }

    /** The command line has standard streams of its own. */
    @Test
    void descriptors_areNotTouchedByTheOrchestrator() {
        noClasses()
                .that()
                .resideInAPackage("io.runflux.orchestrator")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(FileDescriptor.class)
                .check(CLASSES);
    }

    @Test
    void jackson_isUsedInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.runflux.wire")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
                .check(CLASSES);
    }

    /** It is optional: a class that knows it is loaded by whoever names it. */
    @Test
    void micrometer_isKnownByTwoClasses() {
        noClasses()
                .that()
                .haveNameNotMatching("io\\.runflux\\.metrics\\.Micrometer.*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micrometer..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("io\\.runflux\\.metrics\\.Micrometer.*")
                .check(CLASSES);
    }

    @Test
    void packages_areFreeOfCycles() {
        slices().matching("io.runflux.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
