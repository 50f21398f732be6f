package duet.cli.cluster;

import duet.cluster.Checkout;
import duet.cluster.Cluster;
import duet.schemas.InvalidInputException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Says which cluster is meant. */
final class ClusterDirectory {

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Directory of the cluster (default: target/cluster of the checkout).")
    private @Nullable Path directory;

    Path path() {
        return directory != null
                ? directory
                : Checkout.root().orElse(Path.of("")).resolve(Path.of("target", "cluster"));
    }

    /** Returns the cluster there, running or not. */
    Optional<Cluster> find() {
        return Cluster.open(path());
    }

    /**
     * Returns the cluster there, which runs.
     *
     * @throws InvalidInputException if there is none, or nothing of it runs
     */
    Cluster running() {
        return find().filter(cluster -> !cluster.running().isEmpty())
                .orElseThrow(
                        () ->
                                new InvalidInputException(
                                        "no cluster runs in "
                                                + path().toAbsolutePath().normalize()
                                                + "; start one with duet cluster up"));
    }
}
