// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.events.EventEnvelope;
import io.runflux.events.EventLines;
import io.runflux.events.EventSse;
import io.runflux.events.ExitStatus;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.LinuxResources;
import io.runflux.orchestrator.ContainerDetails;
import io.runflux.orchestrator.ContainerInfo;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.StopOptions;
import io.runflux.orchestrator.SweepReport;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.ProcessTable;
import io.runflux.server.Query.Parameter;
import io.runflux.stdio.LogRecord;
import io.runflux.wire.ExecBody;
import io.runflux.wire.ExecOutput;
import io.runflux.wire.KillBody;
import io.runflux.wire.ProcessesBody;
import io.runflux.wire.RestoreBody;
import io.runflux.wire.RunBody;
import io.runflux.wire.SnapshotBody;
import io.runflux.wire.WirePaths;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The table of all that can be asked for. */
final class Routes {
    static final String LINES = EventLines.MEDIA_TYPE;
    static final String METRICS = "/metrics";

    private static final String CONTAINERS = WirePaths.CONTAINERS;
    private static final String ONE = WirePaths.CONTAINER;

    private Routes() {}

    static RouteTable of(
            Orchestrator orchestrator,
            ServerLimits limits,
            Running running,
            Demands demands,
            @Nullable Supplier<String> metrics) {
        List<Route> routes = new ArrayList<>();
        addContainers(routes, new ContainerAnswers(orchestrator));
        addOperations(routes, new ContainerAnswers(orchestrator));
        addStreams(routes, new StreamAnswers(orchestrator, running));
        addSockets(routes, new SocketAnswers(orchestrator, new ProcessSocket(limits, running)));
        addEvents(routes, new EventAnswers(orchestrator, limits, running));
        ServiceAnswers service = new ServiceAnswers(running, metrics);
        addService(routes, service, metrics != null);
        RouteTable table = new RouteTable(routes);
        service.describes(table, demands);
        return table;
    }

    private static void addEvents(List<Route> routes, EventAnswers events) {
        routes.add(Route.get(WirePaths.EVENTS, "events", "Follow what happens", events::events)
                .answers(200, EventEnvelope.class)
                .as(EventSse.MEDIA_TYPE, EventLines.MEDIA_TYPE)
                .with(
                        new Parameter("topic", "string", "A topic or a pattern such as /tasks/*", true),
                        new Parameter("container", "string", "Events of this container alone", true),
                        new Parameter("after", "string", "Where to go on, EPOCH-SEQUENCE; Last-Event-ID wins over it"),
                        new Parameter("from", "integer", "The sequence number to begin with"))
                .upgrades());
    }

    private static void addService(List<Route> routes, ServiceAnswers service, boolean hasMetrics) {
        routes.add(Route.get(WirePaths.HEALTH, "health", "Tell that the server lives", service::health));
        routes.add(Route.get(WirePaths.READY, "ready", "Tell whether the server takes requests", service::ready));
        if (hasMetrics) {
            routes.add(Route.get(METRICS, "metrics", "Read the meters", service::metrics)
                    .as(ServiceAnswers.METRICS_TYPE));
        }
        routes.add(Route.get(WirePaths.OPENAPI, "describe", "Read this description", service::describe));
    }

    private static void addContainers(List<Route> routes, ContainerAnswers answers) {
        routes.add(Route.get(CONTAINERS, "list", "List the containers, and where the events are", answers::list)
                .answers(200, SnapshotBody.class));
        routes.add(Route.post(CONTAINERS, "create", "Create a container", answers::create)
                .takes(LaunchRequest.class)
                .answers(201, ContainerInfo.class)
                .with(new Parameter("start", "boolean", "Whether to start it as well")));
        routes.add(Route.get(ONE, "inspect", "Read all that is known of a container", answers::inspect)
                .answers(200, ContainerDetails.class));
        routes.add(Route.delete(ONE, "remove", "Remove a container", answers::remove)
                .with(new Parameter("force", "boolean", "Whether to kill it first")));
        routes.add(Route.post(ONE + "/restore", "restore", "Launch a container from an image", answers::restore)
                .takes(RestoreBody.class)
                .answers(201, ContainerInfo.class));
    }

    private static void addOperations(List<Route> routes, ContainerAnswers answers) {
        routes.add(Route.post(ONE + "/start", "start", "Start the program of a container", answers::start)
                .answers(200, ContainerInfo.class));
        routes.add(Route.post(ONE + "/stop", "stop", "Signal, wait, kill", answers::stop)
                .takes(StopOptions.class)
                .answers(200, ExitStatus.class));
        routes.add(Route.post(ONE + "/kill", "kill", "Send a signal", answers::kill)
                .takes(KillBody.class));
        routes.add(Route.post(ONE + "/pause", "pause", "Freeze a container", answers::pause));
        routes.add(Route.post(ONE + "/resume", "resume", "Thaw a container", answers::resume));
        routes.add(Route.post(ONE + "/update", "update", "Change the limits of a container", answers::update)
                .takes(LinuxResources.class));
        routes.add(Route.post(ONE + "/checkpoint", "checkpoint", "Write a container to an image", answers::checkpoint)
                .takes(CheckpointOptions.class));
        routes.add(Route.post(ONE + "/exec", "exec", "Run a process and return its output, in Base64", answers::exec)
                .takes(ExecBody.class)
                .answers(200, ExecOutput.class));
        routes.add(Route.get(ONE + "/processes", "processes", "List the processes in a container", answers::processes)
                .answers(200, ProcessesBody.class));
        routes.add(Route.get(ONE + "/top", "top", "Read a table of the processes in a container", answers::top)
                .answers(200, ProcessTable.class)
                .with(new Parameter("columns", "string", "Those of ps -o, such as pid,user,comm; the runtime's own")));
        routes.add(Route.post(WirePaths.SWEEP, "sweep", "Release what the dead have left", answers::sweep)
                .answers(200, SweepReport.class));
    }

    private static void addStreams(List<Route> routes, StreamAnswers answers) {
        routes.add(Route.get(ONE + "/wait", "wait", "Wait for the end of a container", answers::waitFor)
                .answers(200, ExitStatus.class));
        routes.add(Route.get(ONE + "/stats", "stats", "Read what a container uses", answers::stats)
                .answers(200, ContainerStats.class)
                .as(Exchange.JSON, LINES)
                .with(new Parameter("interval", "string", "Read it again and again, such as 1s; then in lines")));
        routes.add(Route.get(ONE + "/logs", "logs", "Read the log of a container", answers::logs)
                .answers(200, LogRecord.class)
                .as(LINES)
                .with(
                        new Parameter("follow", "boolean", "Whether to go on until the container has ended"),
                        new Parameter(
                                "lines", "integer", "How many of the last lines to begin with; all if left out")));
    }

    private static void addSockets(List<Route> routes, SocketAnswers answers) {
        routes.add(Route.get(ONE + "/exec", "execStreams", "Run a process with its streams", answers::exec)
                .takes(ExecBody.class)
                .as()
                .upgrades());
        routes.add(Route.get(ONE + "/attach", "attach", "Attach to the streams of a container", answers::attach)
                .as()
                .upgrades());
        routes.add(Route.get(WirePaths.RUN, "run", "Run a container with its streams, to its end", answers::run)
                .takes(RunBody.class)
                .as()
                .upgrades());
    }
}
