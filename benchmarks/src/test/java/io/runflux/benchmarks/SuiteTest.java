// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SuiteTest {
    private static final String SETTING = "64 in flight";
    private static final String OTHER = "Other";

    @Test
    void ofLatencies_thousand_takesTheRanks() {
        long[] nanos = LongStream.rangeClosed(1, 1000)
                .map(i -> 1_000_000 - i * 1000 + 1000)
                .toArray();

        Figures figures = Figures.ofLatencies(nanos, 1000, 2_000_000_000L);

        assertThat(figures.get(Metric.RATE)).hasValue(500);
        assertThat(figures.get(Metric.MEAN)).hasValue(2000);
        assertThat(figures.get(Metric.P50)).hasValue(500);
        assertThat(figures.get(Metric.P99)).hasValue(990);
        assertThat(figures.get(Metric.P999)).hasValue(999);
    }

    @Test
    void ratio_roundsDisturbedAlike_isThatOfTheMedianRound() {
        Results results = results(question(), List.of(100.0, 10.0, 90.0), List.of(50.0, 5.0, 30.0));

        assertThat(results.ratio(SETTING, Metric.RATE, Question.RUNFLUX, OTHER)).hasValue(2);
    }

    @Test
    void table_severalRounds_showsMedianSpreadAndRatio() {
        String table = Table.of(List.of(results(question(), List.of(300.0, 100.0), List.of(50.0, 50.0))));

        assertThat(table.lines().skip(2))
                .containsExactly(
                        "| things | 64 in flight | Runflux | 200 things/s (100..300, 2) |  |  |  |  | 1.00 |",
                        "| things | 64 in flight | Other | 50.0 things/s (50.0..50.0, 2) |  |  |  |  | 4.0 |");
    }

    @Test
    void summary_target_saysWhetherItWasMet() {
        Question met = question().expect(Target.atLeast(SETTING, Metric.RATE, OTHER, 2));
        Question missed = question().expect(Target.atMost(SETTING, Metric.RATE, OTHER, 1.99));

        assertThat(firstRow(met)).isEqualTo(row("at least 2.0", true));
        assertThat(firstRow(missed)).isEqualTo(row("at most 1.99", false));
    }

    @Test
    void verdict_check_usesItsOwnLimit() {
        Question question =
                question().expect(Target.atLeast(SETTING, Metric.RATE, OTHER, 3).checkedAt(1));
        List<Results> results = List.of(results(question, List.of(2.0), List.of(1.0)));

        assertThat(Verdict.of(results, Effort.FULL)).singleElement().matches(verdict -> !verdict.isMet());
        assertThat(Verdict.of(results, Effort.CHECK)).singleElement().matches(Verdict::isMet);
    }

    @Test
    void verdict_metricThatIsARatio_isTheMedianOfTheContendersOwn() {
        Question question = question()
                .expect(Target.atMost(SETTING, Metric.P99_RATIO, Question.RUNFLUX, 1.25)
                        .of(OTHER));
        Results results = results(question, List.of(4.0), List.of());
        for (double ratio : List.of(0.9, 3.0, 1.25)) {
            results.add(one(OTHER), figures(2).with(Metric.P99_RATIO, ratio));
        }

        assertThat(Verdict.of(List.of(results), Effort.FULL))
                .singleElement()
                .hasToString("things, 64 in flight, p99Ratio: Other to Runflux: 1.25, at most 1.25 (met)");
    }

    @Test
    void verdict_metricThatIsARatioAndWasNotMeasured_isNone() {
        Question question = question()
                .expect(Target.atMost(SETTING, Metric.P99_RATIO, Question.RUNFLUX, 1.25)
                        .of(OTHER));

        assertThat(Verdict.of(List.of(results(question, List.of(4.0), List.of(2.0))), Effort.FULL))
                .isEmpty();
    }

    @Test
    void cases_short_areThoseThatATargetComparesUnderTheChosenConditions() {
        Question question = question()
                .ask(SETTING, Question.RUNFLUX, effort -> figures(1))
                .ask(SETTING, OTHER, effort -> figures(1))
                .ask(SETTING, "Third", effort -> figures(1))
                .ask("1 in flight", Question.RUNFLUX, effort -> figures(1))
                .ask("1 in flight", OTHER, effort -> figures(1))
                .inShort(SETTING)
                .expect(Target.atLeast(SETTING, Metric.RATE, OTHER, 3))
                .expect(Target.atLeast("1 in flight", Metric.RATE, OTHER, 3));

        assertThat(question.cases(Effort.SHORT))
                .extracting(Case::setting, Case::contender)
                .containsExactly(tuple(SETTING, Question.RUNFLUX), tuple(SETTING, OTHER));
    }

    @Test
    void cases_check_areThoseThatALimitCompares() {
        Question question = question()
                .ask(SETTING, OTHER, effort -> figures(1))
                .ask(SETTING, "Third", effort -> figures(1))
                .ask("1 in flight", OTHER, effort -> figures(1))
                .expect(Target.atLeast(SETTING, Metric.RATE, OTHER, 3).checkedAt(1));

        assertThat(question.cases(Effort.CHECK)).extracting(Case::contender).containsExactly(OTHER);
    }

    @Test
    void plot_ratios_isWellFormed() throws Exception {
        String svg = Plot.of(List.of(results(question(), List.of(2.0), List.of(1.0))));

        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(2);
        assertThat(svg).contains("things, 64 in flight: Other", ">2.0<");
    }

    @Test
    void parse_everything_isTaken() {
        assertThat(Arguments.parse("launches", "--short", "--rounds", "7", "--results", "/tmp/x"))
                .isEqualTo(new Arguments(List.of("launches"), Effort.SHORT, OptionalInt.of(7), Path.of("/tmp/x")));
        assertThat(Arguments.parse().rounds()).isEmpty();
    }

    @Test
    void rounds_notComparedOrSteady_areTwoOrFewer() {
        Question question = question().expect(Target.atLeast(SETTING, Metric.RATE, OTHER, 1));
        Case third = one("Third");
        Case elsewhere = new Case("1 in flight", OTHER, effort -> figures(1));

        assertThat(List.of(one(Question.RUNFLUX), one(OTHER)))
                .allSatisfy(one -> assertThat(question.rounds(Effort.FULL, one)).isEqualTo(3));
        assertThat(List.of(third, elsewhere))
                .allSatisfy(one -> assertThat(question.rounds(Effort.FULL, one)).isEqualTo(2));
        assertThat(question.rounds(Effort.SMOKE, third)).isOne();
        assertThat(question.steady().rounds(Effort.FULL, one(OTHER))).isEqualTo(2);
    }

    @Test
    void parse_wrongArguments_sayWhatIsAllowed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.parse("--rounds", "0"))
                .withMessage("--rounds must be a number from 1 to 99, was '0'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.parse("--rounds"))
                .withMessage("--rounds must be followed by a value");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.parse("--fast"))
                .withMessageStartingWith("unknown option '--fast'; allowed are --short");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.parse("--short", "--smoke"))
                .withMessage("one of --short, --check and --smoke may be given, were [SHORT, SMOKE]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Questions.named(List.of("nothing"), List.of(question())))
                .withMessage("questions must be among [things], were [nothing]");
    }

    private static Question question() {
        return Question.of("things", "how many things", "things");
    }

    private static Results results(Question question, List<Double> runflux, List<Double> other) {
        Results results = new Results(question);
        runflux.forEach(rate -> results.add(one(Question.RUNFLUX), figures(rate)));
        other.forEach(rate -> results.add(one(OTHER), figures(rate)));
        return results;
    }

    private static Case one(String contender) {
        return new Case(SETTING, contender, effort -> figures(1));
    }

    private static Figures figures(double rate) {
        return new Figures(Map.of(Metric.RATE, rate));
    }

    private static JsonNode firstRow(Question question) {
        String json = Summary.of(List.of(results(question, List.of(4.0), List.of(2.0))), Effort.FULL);
        return JsonMapper.shared().readTree(json).get(0);
    }

    private static JsonNode row(String target, boolean met) {
        return JsonMapper.shared().readTree("""
                {"question": "things, 64 in flight, perSecond", "contender": "Runflux", "baseline": "Other",
                 "ratio": 2.0, "target": "%s", "met": %s}
                """.formatted(target, met));
    }
}
