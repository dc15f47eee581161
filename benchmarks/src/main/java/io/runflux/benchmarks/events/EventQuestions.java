// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import io.runflux.benchmarks.Jmh;
import io.runflux.benchmarks.Metric;
import io.runflux.benchmarks.Question;
import io.runflux.benchmarks.Target;
import java.util.List;
import java.util.Locale;

/** Questions about events. */
public final class EventQuestions {
    private static final String MANY = "100 subscribers";
    private static final int PACE = 2_000;
    private static final double NOISE = 1.25;

    private EventQuestions() {}

    /**
     * Returns them.
     *
     * @return the questions
     */
    public static List<Question> all() {
        return List.of(delivery(), replay(), json(), serverSentEvents());
    }

    private static Question delivery() {
        Question question = Question.of("events", "events to all of some subscribers", "events");
        for (int subscribers : List.of(1, 10, 100)) {
            String setting = subscribers + " subscribers";
            for (Deliverer deliverer : Deliverer.values()) {
                Jmh delivery = delivery(deliverer, subscribers, 0);
                question.ask(setting, deliverer.label(), setting.equals(MANY) ? delivery : delivery.halved());
            }
        }
        String paced = MANY + ", " + PACE + " a second";
        for (Deliverer deliverer : List.of(Deliverer.RUNFLUX, Deliverer.RUNFLUX_ONE_STALLED)) {
            question.ask(paced, deliverer.label(), delivery(deliverer, 100, PACE));
        }
        return question.inShort(MANY)
                .expect(Target.atMost(MANY, Metric.P99_RATIO, Question.RUNFLUX, NOISE)
                        .of(Deliverer.RUNFLUX_ONE_STALLED.label()));
    }

    private static Jmh delivery(Deliverer deliverer, int subscribers, int pace) {
        return Jmh.of(DeliveryBenchmark.class)
                .with("contender", deliverer)
                .with("subscribers", subscribers)
                .with("pace", pace);
    }

    private static Question replay() {
        Jmh replay = Jmh.of(ReplayBenchmark.class);
        String setting = "a million events";
        return Question.of("replay", "events that are kept, to a new subscriber", "events")
                .ask(setting, Question.RUNFLUX, replay.with("contender", Replayer.RUNFLUX))
                .ask(setting, "Reactor's replay sink", replay.with("contender", Replayer.SINKS));
    }

    private static Question json() {
        Question question = Question.of("json", "JSON written and read", "documents");
        for (JsonBenchmark.Codec codec : JsonBenchmark.Codec.values()) {
            Jmh json = Jmh.of(JsonBenchmark.class).halved().halved().with("codec", codec);
            String setting = codec.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            question.ask(setting, Question.RUNFLUX, json.with("isTree", false))
                    .ask(setting, "Jackson's tree", json.with("isTree", true));
        }
        return question;
    }

    private static Question serverSentEvents() {
        return Question.of("sse", "events sent by a server, by the second of a processor", "events")
                .ask("one connection", Question.RUNFLUX, Jmh.of(SseBenchmark.class));
    }
}
