// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.benchmarks.Jdk;
import io.runflux.benchmarks.Jmh;
import io.runflux.benchmarks.Metric;
import io.runflux.benchmarks.Peer;
import io.runflux.benchmarks.Peers;
import io.runflux.benchmarks.Programs;
import io.runflux.benchmarks.Question;
import io.runflux.benchmarks.Target;
import java.nio.file.Path;
import java.util.List;

/** Questions about the launcher. */
public final class LaunchQuestions {
    private static final int JAVA_WITH_VIRTUAL_THREADS = 25;
    private static final String BUSY = "64 in flight";
    private static final List<Launcher> USUAL = List.of(Launcher.RUNFLUX, Launcher.PROCESS_BUILDER, Launcher.NUPROCESS);

    private final Programs programs;
    private final Peers peers;

    private LaunchQuestions(Programs programs, Peers peers) {
        this.programs = programs;
        this.peers = peers;
    }

    /**
     * Returns them.
     *
     * @param programs what is launched
     * @param peers who else launches
     * @return the questions
     */
    public static List<Question> all(Programs programs, Peers peers) {
        LaunchQuestions questions = new LaunchQuestions(programs, peers);
        return List.of(
                questions.launches(),
                questions.output(),
                questions.streaming(),
                questions.live(),
                questions.heap(),
                questions.descriptors());
    }

    private Question launches() {
        Question question = Question.of("launches", "launch to exit of a child that does nothing", "launches");
        List<Launcher> all = List.of(Launcher.values());
        Jmh launches = Jmh.of(LaunchBenchmark.class);
        askAll(question, launches.warmedLong(), 1, programs.exit(), 0, all);
        askAll(question, launches, 2, programs.exit(), 0, USUAL);
        askAll(question, launches.warmedLong(), 64, programs.exit(), 0, all);
        askAll(question, launches, 512, programs.exit(), 0, USUAL);
        return question.inShort(BUSY)
                .expect(Target.atLeast(setting(1), Metric.RATE, Peers.C, 0.9))
                .expect(Target.atLeast(setting(1), Metric.RATE, Peers.C, 0.9).of(Launcher.RUNFLUX_ON_LOOP.label()))
                .expect(Target.atLeast(BUSY, Metric.RATE, Peers.C, 0.9))
                .expect(Target.atLeast(setting(1), Metric.RATE, Peers.GO, 1))
                .expect(Target.atLeast(setting(1), Metric.RATE, Peers.GO, 1).of(Launcher.RUNFLUX_ON_LOOP.label()))
                .expect(Target.atLeast(BUSY, Metric.RATE, Peers.GO, 1))
                .expect(Target.atLeast(BUSY, Metric.RATE, Launcher.PROCESS_BUILDER.label(), 5)
                        .checkedAt(2))
                .expect(Target.atLeast(BUSY, Metric.RATE, Launcher.NUPROCESS.label(), 2.5))
                .expect(Target.atMost(BUSY, Metric.P99, Peers.GO, 1.5));
    }

    private Question output() {
        Question question = Question.of("output", "the same of a child that writes 64 KiB", "launches");
        Jmh output = Jmh.of(OutputBenchmark.class);
        askAll(question, output, 1, programs.fillPipe(), Programs.PIPE_BYTES, USUAL);
        askAll(question, output, 64, programs.fillPipe(), Programs.PIPE_BYTES, USUAL);
        return question;
    }

    private void askAll(
            Question question, Jmh benchmark, int inFlight, Path child, long bytes, List<Launcher> launchers) {
        String setting = setting(inFlight);
        for (Launcher launcher : launchers) {
            Jmh measurement = benchmark
                    .with("contender", launcher)
                    .with("inFlight", inFlight)
                    .with("child", child)
                    .with("bytes", bytes);
            question.ask(
                    setting,
                    launcher.label(),
                    launcher == Launcher.VIRTUAL_THREADS
                            ? measurement.on(Jdk.find(JAVA_WITH_VIRTUAL_THREADS))
                            : measurement);
        }
        question.ask(setting, Peers.GO, peer(peers.go(), inFlight, child, bytes));
        question.ask(setting, Peers.C, peer(peers.c(), inFlight, child, bytes));
    }

    private static Peer peer(Path program, int inFlight, Path child, long bytes) {
        return Peer.of(
                program,
                effort -> List.of(
                        "launch",
                        "" + inFlight,
                        "" + effort.peerWarmUpMillis(),
                        "" + effort.millis(),
                        "" + bytes,
                        "" + child));
    }

    private static String setting(int inFlight) {
        return inFlight + " in flight";
    }

    private Question streaming() {
        Question question = Question.of("streaming", "1 GiB from a child, or to one", "MiB");
        String large = "out, writes of 1 MiB";
        askStreamers(question, "out, writes of 64 KiB", programs.stream(), false);
        askStreamers(question, large, programs.streamInLargeWrites(), false);
        askStreamers(question, "in", programs.sink(), true);
        return question.inShort(large)
                .expect(Target.atLeast(large, Metric.RATE, Peers.C, 1.1))
                .expect(Target.atLeast(large, Metric.RATE, Peers.GO, 1));
    }

    private void askStreamers(Question question, String setting, Path child, boolean into) {
        Jmh measurement = Jmh.of(StreamBenchmark.class)
                .halved()
                .with("into", into)
                .with("child", child)
                .with("bytes", Programs.STREAM_BYTES);
        question.ask(setting, Question.RUNFLUX, measurement.with("contender", Streamer.RUNFLUX))
                .ask(setting, "ProcessBuilder", measurement.with("contender", Streamer.PROCESS_BUILDER))
                .ask(setting, "NuProcess", measurement.with("contender", Streamer.NUPROCESS))
                .ask(setting, Peers.GO, streamPeer(peers.go(), child, into))
                .ask(setting, Peers.C, streamPeer(peers.c(), child, into));
    }

    private static Peer streamPeer(Path program, Path child, boolean into) {
        return Peer.of(
                program,
                effort -> List.of(
                        into ? "write" : "read",
                        "" + effort.peerWarmUpMillis(),
                        "" + effort.millis() / 2,
                        "" + Programs.STREAM_BYTES,
                        "" + child));
    }

    /** With pipes, 10,000 would take more descriptors than many a machine allows. */
    private Question live() {
        Question question = Question.of("live", "threads and memory with children that are alive", "starts");
        String many = "10000 children, no output";
        askLive(question, "1000 children", 1_000, true);
        askLive(question, many, 10_000, false);
        return question.steady()
                .ask("1000 children", "NuProcess", live(Holder.NUPROCESS, 1_000, true))
                .expect(Target.atMost("1000 children", Metric.THREADS, Target.TEN_MORE, 1))
                .expect(Target.atMost(many, Metric.THREADS, Target.TEN_MORE, 1));
    }

    private void askLive(Question question, String setting, int children, boolean hasOutput) {
        question.ask(setting, Question.RUNFLUX, live(Holder.RUNFLUX, children, hasOutput))
                .ask(setting, Target.AT_REST, live(Holder.RUNFLUX, 0, hasOutput))
                .ask(
                        setting,
                        Target.TEN_MORE,
                        live(Holder.RUNFLUX, 0, hasOutput).with("threadsMore", 10))
                .ask(setting, "ProcessBuilder", live(Holder.PROCESS_BUILDER, children, hasOutput))
                .ask(setting, Peers.GO, liveInGo(children, hasOutput));
    }

    private Peer liveInGo(int children, boolean hasOutput) {
        String command = hasOutput ? "live" : "live-silent";
        return Peer.of(peers.go(), effort -> List.of(command, "" + children, "" + programs.pause()));
    }

    private Jmh live(Holder holder, int children, boolean hasOutput) {
        return Jmh.of(LiveBenchmark.class)
                .with("contender", holder)
                .with("children", children)
                .with("hasOutput", hasOutput)
                .with("child", programs.pause());
    }

    private Question heap() {
        Question question = Question.of("heap", "launches from a JVM with 4 GiB of heap in use", "launches");
        Jmh large = Jmh.of(HeapBenchmark.class)
                .halved()
                .with("inFlight", 1)
                .with("child", programs.exit())
                .withJvmArguments("-Xms6g", "-Xmx6g", "-XX:+UseParallelGC");
        String setting = "1 in flight";
        return question.ask(setting, Question.RUNFLUX, large.with("contender", Launcher.RUNFLUX))
                .ask(setting, "ProcessBuilder", large.with("contender", Launcher.PROCESS_BUILDER))
                .ask(
                        setting,
                        "ProcessBuilder, fork",
                        large.with("contender", Launcher.PROCESS_BUILDER)
                                .withJvmArguments("-Djdk.lang.Process.launchMechanism=FORK"))
                .ask(setting, "NuProcess", large.with("contender", Launcher.NUPROCESS));
    }

    private Question descriptors() {
        String setting = "1 in flight";
        Jmh many =
                Jmh.of(DescriptorBenchmark.class).halved().with("inFlight", 1).with("child", programs.exit());
        return Question.of("descriptors", "launches from a JVM with 10,000 open descriptors", "launches")
                .ask(setting, Question.RUNFLUX, many.with("contender", Launcher.RUNFLUX))
                .ask(setting, "ProcessBuilder", many.with("contender", Launcher.PROCESS_BUILDER))
                .ask(setting, "NuProcess", many.with("contender", Launcher.NUPROCESS))
                .inShort(setting)
                .expect(Target.atLeast(setting, Metric.RATE, "ProcessBuilder", 20)
                        .checkedAt(8));
    }
}
