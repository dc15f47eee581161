// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.runflux");

    @Test
    void import_findsTheModule() {
        assertThat(CLASSES.contain(EventStream.class)).isTrue();
    }

    @Test
    void events_knowNothingElseOfRunflux() {
        classes()
                .that()
                .resideInAPackage("io.runflux.events")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.runflux.events",
                        "java..",
                        "reactor..",
                        "org.reactivestreams",
                        "tools.jackson..",
                        "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void events_knowNothingOfProcesses() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Process.class, ProcessBuilder.class, ProcessHandle.class, Runtime.class)
                .check(CLASSES);
    }

    @Test
    void jackson_staysInTheCodec() {
        noClasses()
                .that()
                .doNotHaveSimpleName("EventJson")
                .and()
                .doNotHaveSimpleName("JsonFields")
                .and()
                .haveSimpleNameNotEndingWith("Body")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("tools.jackson..")
                .check(CLASSES);
    }

    @Test
    void packages_areFreeOfCycles() {
        slices().matching("io.runflux.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
