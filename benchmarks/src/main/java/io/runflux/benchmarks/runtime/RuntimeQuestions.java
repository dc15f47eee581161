// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import io.runflux.benchmarks.Effort;
import io.runflux.benchmarks.Jmh;
import io.runflux.benchmarks.Metric;
import io.runflux.benchmarks.Peer;
import io.runflux.benchmarks.Peers;
import io.runflux.benchmarks.Programs;
import io.runflux.benchmarks.Question;
import io.runflux.benchmarks.Target;
import java.nio.file.Path;
import java.util.List;

/** Questions about containers. */
public final class RuntimeQuestions {
    private static final Path RUNC = Path.of("/usr/sbin/runc");
    private static final Path CRUN = Path.of("/usr/bin/crun");
    private static final String SHELL = "the binary, by a shell";
    private static final String GO_RUNC = "Go, go-runc";
    private static final String ORCHESTRATOR = "Runflux, an orchestrator";
    private static final String ALONE = ", 1 in flight";
    private static final int BUSY = 8;
    private static final int LONG_WARMING = 6;

    private final Bundles bundles;
    private final Peers peers;

    private RuntimeQuestions(Bundles bundles, Peers peers) {
        this.bundles = bundles;
        this.peers = peers;
    }

    /**
     * Returns them.
     *
     * @param programs what runs in containers
     * @param peers who else runs it
     * @return the questions
     */
    public static List<Question> all(Programs programs, Peers peers) {
        RuntimeQuestions questions = new RuntimeQuestions(Bundles.write(programs), peers);
        return List.of(questions.lifecycle(), questions.exec(), questions.warmPool());
    }

    private Question lifecycle() {
        Question question =
                Question.of("lifecycle", "a container created, started, seen to its end, deleted", "containers");
        askLifecycle(question, "runc", RUNC);
        askLifecycle(question, "crun", CRUN);
        askLifecycle(question, "a runtime that does nothing", peers.fakeRuntime());
        askBusyLifecycle(question, "runc", RUNC);
        askBusyLifecycle(question, "crun", CRUN);
        for (String name : List.of("runc", "crun")) {
            question.expect(Target.atMost(name + ALONE, Metric.MEAN_RATIO, SHELL, 1.03));
        }
        return question.inShort("runc" + ALONE);
    }

    private void askLifecycle(Question question, String name, Path runtime) {
        Jmh alone = warmLifecycle(runtime, 1);
        question.ask(
                        name + ALONE,
                        Question.RUNFLUX,
                        alone.with("isOrchestrated", false)
                                .with("warmingIterations", LONG_WARMING)
                                .with("peer", peers.lifecycle()))
                .ask(name + ALONE, ORCHESTRATOR, alone.with("isOrchestrated", true))
                .ask(name + ALONE, SHELL, Peer.of(peers.lifecycle(), effort -> arguments(runtime, "sh", effort)))
                .ask(name + ALONE, GO_RUNC, lifecycleByGo(runtime, 1));
    }

    private void askBusyLifecycle(Question question, String name, Path runtime) {
        Jmh busy = warmLifecycle(runtime, BUSY);
        String setting = name + ", " + BUSY + " in flight";
        question.ask(setting, Question.RUNFLUX, busy.with("isOrchestrated", false))
                .ask(setting, GO_RUNC, lifecycleByGo(runtime, BUSY));
    }

    /** Warmed up in the dialect of the runtime. */
    private Jmh warmLifecycle(Path runtime, int inFlight) {
        Path warming = bundles.alias(peers.fakeRuntime(), runtime);
        return loop(LifecycleBenchmark.class, runtime, bundles.exiting(), inFlight)
                .needing(runtime, warming)
                .with("warmingRuntime", warming);
    }

    private Peer lifecycleByGo(Path runtime, int inFlight) {
        return Peer.of(
                peers.go(),
                effort -> List.of(
                        "lifecycle",
                        "" + runtime,
                        "" + bundles.root("go"),
                        "" + bundles.exiting(),
                        "" + inFlight,
                        "" + effort.peerWarmUpMillis(),
                        "" + effort.millis()));
    }

    private List<String> arguments(Path runtime, String contender, Effort effort) {
        return List.of(
                "" + runtime,
                "" + bundles.root(contender),
                "" + bundles.exiting(),
                "" + effort.peerWarmUpMillis(),
                "" + effort.millis());
    }

    private Question exec() {
        Question question = Question.of("exec", "a process in a container that runs", "processes");
        Jmh alone = execLoop(1);
        String setting = "runc" + ALONE;
        question.ask(setting, Question.RUNFLUX, alone)
                .ask(
                        setting,
                        SHELL,
                        Peer.of(
                                peers.exec(),
                                effort -> List.of(
                                        "" + RUNC,
                                        "" + bundles.root("sh"),
                                        "" + bundles.pausing(),
                                        "" + bundles.exit(),
                                        "" + effort.peerWarmUpMillis(),
                                        "" + effort.millis())))
                .ask(setting, GO_RUNC, execByGo(1));
        String busy = "runc, " + BUSY + " in flight";
        return question.ask(busy, Question.RUNFLUX, execLoop(BUSY)).ask(busy, GO_RUNC, execByGo(BUSY));
    }

    private Jmh execLoop(int inFlight) {
        return loop(ExecBenchmark.class, RUNC, bundles.pausing(), inFlight).with("program", bundles.exit());
    }

    private Peer execByGo(int inFlight) {
        return Peer.of(
                peers.go(),
                effort -> List.of(
                        "exec",
                        "" + RUNC,
                        "" + bundles.root("go"),
                        "" + bundles.pausing(),
                        "" + bundles.exit(),
                        "" + inFlight,
                        "" + effort.peerWarmUpMillis(),
                        "" + effort.millis()));
    }

    private Question warmPool() {
        Jmh starts = loop(WarmPoolBenchmark.class, RUNC, bundles.pausing(), 1);
        String setting = "runc";
        String cold = "created and started";
        return Question.of("warm-pool", "until a container is started", "starts")
                .ask(setting, Question.RUNFLUX, starts.with("isWarm", true))
                .ask(setting, cold, starts.with("isWarm", false))
                .inShort(setting)
                .expect(Target.atMost(setting, Metric.P50, cold, 0.4).checkedAt(0.8));
    }

    private Jmh loop(Class<?> benchmark, Path runtime, Path bundle, int inFlight) {
        return Jmh.of(benchmark)
                .needing(runtime)
                .with("runtime", runtime)
                .with("root", bundles.root("runflux"))
                .with("bundle", bundle)
                .with("inFlight", inFlight);
    }
}
