package duet.simulator.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Vocabulary;
import duet.simulator.network.NetworkConditions;
import duet.simulator.network.Outage;
import duet.simulator.threshold.Threshold;
import duet.simulator.workload.CatalogueOptions;
import duet.simulator.workload.LoadCurve;
import duet.simulator.workload.Seeds;
import duet.simulator.workload.StageSpan;
import duet.simulator.workload.SyntheticCatalogue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A scenario says what a fleet is, when it sends, what goes wrong and what it has to keep.
 *
 * @param name of the scenario
 * @param description what it is for; may be empty
 * @param seed every choice follows from it
 * @param fleet the devices
 * @param load when they send
 * @param conditions what goes on around them and in them
 * @param rankingShare share of the windows before which a device really ranks
 * @param thresholds what the run has to keep
 */
public record Scenario(
        String name,
        String description,
        long seed,
        Fleet fleet,
        Load load,
        Conditions conditions,
        double rankingShare,
        List<Threshold> thresholds) {
    /** A scenario that names no seed has this one. */
    public static final long DEFAULT_SEED = 7;

    /** A scenario has at most this many stages. */
    public static final int MOST_STAGES = 1_000;

    /** A scenario has at most this many versions beside the one of the run. */
    public static final int MOST_VERSIONS = 100;

    /** A scenario has at most this many thresholds. */
    public static final int MOST_THRESHOLDS = 100;

    private static final double REPEATS_OF_PLAIN = 0.05;

    private static final List<String> READY =
            List.of("smoke", "steady", "drift", "reconnect-storm", "chaos", "million");

    /**
     * Describes the devices.
     *
     * @param devices how many there are and how they differ
     * @param catalogue their world; null: that of the model
     * @param windows how they cut windows
     * @param versions devices that run another model; the rest runs that of the run
     */
    public record Fleet(
            DevicePopulation devices,
            @Nullable CatalogueOptions catalogue,
            WindowShape windows,
            List<VersionShare> versions) {
        public Fleet {
            versions = List.copyOf(versions);
        }
    }

    /**
     * Describes when devices send.
     *
     * @param arrivals when windows leave
     * @param warmUp the first part of the load, measured apart from the rest
     * @param stages the load, in order
     */
    public record Load(ArrivalModel arrivals, Duration warmUp, List<LoadStage> stages) {
        public Load {
            stages = List.copyOf(stages);
        }

        /** Returns how long all stages take. */
        Duration duration() {
            return stages.stream().map(LoadStage::duration).reduce(Duration.ZERO, Duration::plus);
        }
    }

    /**
     * Describes what goes on around the devices and in them.
     *
     * @param drift how tastes change
     * @param network the way to the broker and back; {@link Scenario#allConditions} also holds the
     *     reconnect storms of the stages
     * @param misbehaviour what devices do wrong
     */
    public record Conditions(
            DriftPlan drift, NetworkConditions network, Misbehaviour misbehaviour) {}

    public Scenario {
        thresholds = List.copyOf(thresholds);
        Limits.range("the number of stages", load.stages().size(), 1, MOST_STAGES);
        Limits.range("the number of versions", fleet.versions().size(), 0, MOST_VERSIONS);
        Limits.range("the number of thresholds", thresholds.size(), 0, MOST_THRESHOLDS);
        Limits.share("ranking.share", rankingShare);
        Limits.share(
                "the sum of the shares of versions",
                fleet.versions().stream().mapToDouble(VersionShare::share).sum());
        Duration length = load.duration();
        Limits.atMost("the duration of all stages", length, Limits.LONGEST);
        if (load.warmUp().isNegative() || load.warmUp().compareTo(length) >= 0) {
            throw new InvalidInputException(
                    "warmUp is "
                            + Durations.text(load.warmUp())
                            + ", it must be at least 0s and shorter than all stages, "
                            + Durations.text(length));
        }
        boolean closed = load.arrivals().closed() != null;
        for (LoadStage stage : load.stages()) {
            if (closed
                    && (stage.from() > 0
                            || stage.to() > 0
                            || stage.kind() != LoadStage.Kind.HOLD)) {
                throw new InvalidInputException(
                        "in a closed loop answers decide the rate: its stages are holds without a"
                                + " rate");
            }
        }
        if (!closed
                && load.stages().stream().allMatch(stage -> stage.from() == 0 && stage.to() == 0)) {
            throw new InvalidInputException("no stage has a rate above 0, nothing would be sent");
        }
    }

    /**
     * Returns a scenario of devices that are all alike and send at one rate: windows of the
     * standard shape, one in twenty sent again, a world as the model's, tastes as in the log it was
     * trained on.
     */
    public static Scenario plain(
            String name,
            int devices,
            ArrivalModel arrivals,
            double rate,
            Duration duration,
            long seed) {
        return new Scenario(
                name,
                "",
                seed,
                new Fleet(DevicePopulation.alike(devices), null, WindowShape.STANDARD, List.of()),
                new Load(arrivals, Duration.ZERO, List.of(LoadStage.hold(duration, rate))),
                new Conditions(
                        DriftPlan.LIFE,
                        NetworkConditions.PERFECT,
                        Misbehaviour.repeats(REPEATS_OF_PLAIN)),
                1,
                List.of());
    }

    /**
     * Reads the scenario of a file in YAML. Paths in it are relative to it.
     *
     * @throws InvalidInputException if it is none; names the line, the key and the value
     */
    public static Scenario read(Path file) {
        return ScenarioReader.read(file);
    }

    /** Returns the names of the scenarios that come with the simulator. */
    public static List<String> readyNames() {
        return READY;
    }

    /**
     * Returns a scenario that comes with the simulator.
     *
     * @throws InvalidInputException if there is none of that name; names those that there are
     */
    public static Scenario ready(String name) {
        if (!READY.contains(name)) {
            throw new InvalidInputException(
                    "there is no scenario '" + name + "', ready are " + String.join(", ", READY));
        }
        String file = name + ".yaml";
        try (InputStream in = Scenario.class.getResourceAsStream(file)) {
            return ScenarioReader.read(
                    file,
                    new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    name,
                    Path.of("").toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the ready scenario of that name; where there is none, the scenario of that file. */
    public static Scenario of(String nameOrFile) {
        return READY.contains(nameOrFile) ? ready(nameOrFile) : read(Path.of(nameOrFile));
    }

    /**
     * Returns the scenario that {@link #toJson} gave.
     *
     * @throws InvalidInputException if it is none; names the key and the value
     */
    public static Scenario fromJson(JsonNode document) {
        return ScenarioReader.read(
                "the scenario",
                document.toString(),
                document.path("name").asText(),
                Path.of("").toAbsolutePath());
    }

    /**
     * Returns the scenario as a file would give it, with what it leaves out filled in; {@link
     * #fromJson} gives this scenario again.
     */
    public JsonNode toJson() {
        return ScenarioDocument.of(this);
    }

    /** Returns how long all stages take. */
    public Duration duration() {
        return load.duration();
    }

    /** Returns the network with the reconnect storms of the stages as its outages. */
    public NetworkConditions allConditions() {
        List<Outage> outages = new ArrayList<>(conditions.network.outages());
        Duration at = Duration.ZERO;
        for (LoadStage stage : load.stages) {
            if (stage.kind() == LoadStage.Kind.RECONNECT_STORM) {
                outages.add(new Outage(at, stage.offline(), stage.offlineShare()));
            }
            at = at.plus(stage.duration());
        }
        return conditions.network.withOutages(outages);
    }

    /** Returns when each of {@link Load#stages} begins and ends, and what to call it. */
    List<StageSpan> stageSpans() {
        Map<LoadStage.Kind, Integer> seen = new EnumMap<>(LoadStage.Kind.class);
        List<StageSpan> spans = new ArrayList<>();
        Duration at = Duration.ZERO;
        for (LoadStage stage : load.stages) {
            int number = seen.merge(stage.kind(), 1, Integer::sum);
            String name = number == 1 ? stage.kind().key() : stage.kind().key() + " " + number;
            spans.add(new StageSpan(name, at, at.plus(stage.duration())));
            at = at.plus(stage.duration());
        }
        return List.copyOf(spans);
    }

    /** Returns windows a second over time; nothing in a closed loop. */
    LoadCurve loadCurve() {
        List<LoadCurve.Segment> segments =
                load.stages.stream()
                        .map(s -> new LoadCurve.Segment(s.duration(), s.from(), s.to()))
                        .toList();
        return load.arrivals.period() == null
                ? LoadCurve.of(segments)
                : LoadCurve.modulated(segments, load.arrivals.period(), load.arrivals.amplitude());
    }

    /**
     * Returns the entry of {@link Fleet#versions} that a device runs; empty says that it runs the
     * model of the run.
     */
    public Optional<VersionShare> versionOf(int device) {
        double left = Seeds.stream(seed, "version", device).nextDouble();
        for (VersionShare version : fleet.versions) {
            left -= version.share();
            if (left < 0) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    /** Returns the world of the devices where a model of that vocabulary is served. */
    public SyntheticCatalogue world(Vocabulary vocabulary) {
        return fleet.catalogue == null
                ? SyntheticCatalogue.forModel(vocabulary)
                : SyntheticCatalogue.of(fleet.catalogue);
    }

    /** Returns the same scenario with another seed. */
    public Scenario withSeed(long other) {
        return new Scenario(
                name, description, other, fleet, load, conditions, rankingShare, thresholds);
    }

    /** Returns the same scenario with other devices. */
    public Scenario withDevices(DevicePopulation others) {
        return new Scenario(
                name,
                description,
                seed,
                new Fleet(others, fleet.catalogue, fleet.windows, fleet.versions),
                load,
                conditions,
                rankingShare,
                thresholds);
    }

    /** Returns the same scenario with another load. */
    public Scenario withLoad(Duration warmUp, List<LoadStage> stages) {
        return new Scenario(
                name,
                description,
                seed,
                fleet,
                new Load(load.arrivals, warmUp, stages),
                conditions,
                rankingShare,
                thresholds);
    }

    /** Returns the same scenario with another share of windows before which a device ranks. */
    public Scenario withRankingShare(double share) {
        return new Scenario(name, description, seed, fleet, load, conditions, share, thresholds);
    }

    /** Returns the same scenario with these thresholds in place of its own. */
    public Scenario withThresholds(List<Threshold> others) {
        return new Scenario(name, description, seed, fleet, load, conditions, rankingShare, others);
    }
}
