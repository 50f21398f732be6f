package duet.cli.cluster;

import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.cluster.Cluster;
import duet.cluster.ClusterStatus;
import duet.cluster.ClusterStatus.ProcessStatus;
import duet.cluster.FlinkRest;
import java.util.Locale;

/** Shows how a cluster is, for a person. */
record StatusView(Terminal terminal) {

    void show(Cluster cluster) {
        ClusterStatus status = ClusterStatus.of(cluster);
        Table processes = new Table("process", "state", "pid", "address", "metrics", "memory");
        for (ProcessStatus process : status.processes()) {
            processes.row(
                    process.name(),
                    process.state(),
                    process.pid() == 0 ? "" : Long.toString(process.pid()),
                    process.address(),
                    process.metricsPort() == 0 ? "" : Integer.toString(process.metricsPort()),
                    process.residentBytes() == 0
                            ? ""
                            : String.format(Locale.ROOT, "%,d MB", process.residentBytes() >> 20));
        }
        terminal.table(processes);
        if (!status.jobs().isEmpty()) {
            Table jobs = Table.ofText("job", "name", "state", "tasks");
            for (FlinkRest.Job job : status.jobs()) {
                jobs.row(
                        job.id(),
                        job.name(),
                        job.state(),
                        job.runningTasks() + " of " + job.tasks() + " run");
            }
            terminal.table(jobs);
        }
        terminal.line("Directory:         " + status.directory());
        terminal.line("Bootstrap servers: " + status.bootstrapServers());
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "Flink:             %s, %d of %d slots free",
                        status.webUrl(),
                        status.freeSlots(),
                        status.slots()));
    }
}
