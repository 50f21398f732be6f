package duet.simulator.scenario;

import duet.schemas.InvalidInputException;
import duet.simulator.network.Link;
import duet.simulator.network.NetworkConditions;
import duet.simulator.network.OfflinePeriods;
import duet.simulator.threshold.Threshold;
import duet.simulator.workload.Arrivals.Process;
import duet.simulator.workload.CatalogueOptions;
import duet.simulator.workload.ClosedLoop;
import duet.simulator.yaml.YamlBlock;
import duet.simulator.yaml.YamlDocument;
import duet.simulator.yaml.YamlValue;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Reads scenarios. */
final class ScenarioReader {
    private static final String WHAT = "scenario";

    /** Largest file. */
    static final int MOST_BYTES = 1_000_000;

    static final int DEFAULT_DEVICES = 200;
    static final int DEFAULT_OVER = 40;
    static final double DEFAULT_AMPLITUDE = 0.5;

    /** A world's size goes with its clusters times the square of its categories. */
    static final int MOST_ITEMS = 100_000;

    static final int MOST_CATEGORIES = 128;
    static final int MOST_CLUSTERS = 256;

    /** Categories that a cluster goes to from a category, as {@link CatalogueOptions} asks for. */
    static final int LEAST_CATEGORIES = 3;

    /** Directory that paths are relative to. */
    private final Path directory;

    private ScenarioReader(Path directory) {
        this.directory = directory;
    }

    static Scenario read(Path file) {
        if (Files.notExists(file)) {
            throw new InvalidInputException(
                    file
                            + " does not exist; ready scenarios are "
                            + String.join(", ", Scenario.readyNames()));
        }
        YamlBlock block = YamlDocument.read(file, WHAT, MOST_BYTES);
        Path name = file.getFileName();
        return new ScenarioReader(file.toAbsolutePath().getParent())
                .scenario(
                        block,
                        (name == null ? WHAT : name.toString()).replaceFirst("\\.ya?ml$", ""));
    }

    /**
     * Of a text.
     *
     * @param file what errors call it
     * @param name the scenario's where it names none
     * @param directory that paths are relative to
     */
    static Scenario read(String file, String text, String name, Path directory) {
        YamlBlock block = YamlDocument.of(file, text, WHAT, MOST_BYTES);
        return new ScenarioReader(directory).scenario(block, name);
    }

    private Scenario scenario(YamlBlock block, String name) {
        String ownName = block.text("name", name);
        String description = block.text("description", "");
        long seed = block.whole("seed", Scenario.DEFAULT_SEED);
        DevicePopulation devices =
                block.block(
                        "devices",
                        DevicePopulation.alike(DEFAULT_DEVICES),
                        ScenarioReader::devices);
        CatalogueOptions catalogue = block.block("catalogue", null, ScenarioReader::catalogue);
        WindowShape windows = block.block("windows", WindowShape.STANDARD, ScenarioReader::windows);
        ArrivalModel arrivals =
                block.block("arrivals", ArrivalModel.POISSON, ScenarioReader::arrivals);
        Duration warmUp = duration(block, "warmUp", Duration.ZERO);
        boolean closed = arrivals.closed() != null;
        List<LoadStage> stages =
                block.blocks("stages", Scenario.MOST_STAGES, stage -> stage(stage, closed));
        DriftPlan drift = block.block("drift", DriftPlan.LIFE, ScenarioReader::drift);
        NetworkConditions network =
                block.block("network", NetworkConditions.PERFECT, ScenarioReader::network);
        Misbehaviour misbehaviour =
                block.block("misbehaviour", Misbehaviour.NONE, ScenarioReader::misbehaviour);
        List<VersionShare> versions =
                block.blocks("versions", Scenario.MOST_VERSIONS, this::version);
        double rankingShare = block.block("ranking", 1.0, ScenarioReader::rankingShare);
        List<Threshold> thresholds =
                block.texts("thresholds", Scenario.MOST_THRESHOLDS, Threshold::parse);
        block.done();
        block.required("stages");
        return block.checked(
                () ->
                        new Scenario(
                                ownName,
                                description,
                                seed,
                                new Scenario.Fleet(devices, catalogue, windows, versions),
                                new Scenario.Load(arrivals, warmUp, stages),
                                new Scenario.Conditions(drift, network, misbehaviour),
                                rankingShare,
                                thresholds));
    }

    private static DevicePopulation devices(YamlBlock block) {
        int count = block.whole("count", 1, DevicePopulation.MOST_DEVICES, DEFAULT_DEVICES);
        int active = block.whole("active", 1, DevicePopulation.MOST_DEVICES, count);
        double skew = block.number("skew", 0);
        DevicePopulation hot =
                block.block(
                        "hot",
                        DevicePopulation.alike(count),
                        of -> {
                            int hotDevices = of.whole("count", 1, DevicePopulation.MOST_DEVICES, 1);
                            double share = of.number("share", 0);
                            of.done();
                            return of.checked(
                                    () ->
                                            new DevicePopulation(
                                                    count, active, skew, hotDevices, share));
                        });
        block.done();
        return block.checked(
                () -> new DevicePopulation(count, active, skew, hot.hotDevices(), hot.hotShare()));
    }

    private static CatalogueOptions catalogue(YamlBlock block) {
        CatalogueOptions standard = CatalogueOptions.standard();
        int items = block.whole("items", 2, MOST_ITEMS, standard.items());
        int categories =
                block.whole("categories", LEAST_CATEGORIES, MOST_CATEGORIES, standard.categories());
        int clusters = block.whole("clusters", 1, MOST_CLUSTERS, standard.clusters());
        long seed = block.whole("seed", standard.seed());
        block.done();
        return block.checked(
                () -> {
                    Limits.range("catalogue.categories", categories, LEAST_CATEGORIES, items);
                    return new CatalogueOptions(items, categories, clusters, seed);
                });
    }

    private static WindowShape windows(YamlBlock block) {
        WindowShape standard = WindowShape.STANDARD;
        int maxFresh =
                block.whole("maxFresh", 1, WindowShape.MOST_INTERACTIONS, standard.maxFresh());
        double overlapShare = block.number("overlapShare", standard.overlapShare());
        int maxOverlap =
                block.whole("maxOverlap", 1, WindowShape.MOST_INTERACTIONS, standard.maxOverlap());
        block.done();
        return block.checked(() -> new WindowShape(maxFresh, overlapShare, maxOverlap));
    }

    private static ArrivalModel arrivals(YamlBlock block) {
        Process process =
                block.value("process")
                        .map(value -> value.oneOf(Process.values(), Process::toString))
                        .orElse(Process.POISSON);
        ArrivalModel model =
                switch (process) {
                    case CONSTANT -> ArrivalModel.CONSTANT;
                    case POISSON -> ArrivalModel.POISSON;
                    case DIURNAL -> {
                        Duration period = duration(block.required("period"));
                        double amplitude = block.number("amplitude", DEFAULT_AMPLITUDE);
                        yield block.checked(() -> ArrivalModel.diurnal(period, amplitude));
                    }
                    case CLOSED -> {
                        int inFlight = block.required("inFlight").whole(1, Integer.MAX_VALUE);
                        Duration thinkTime = duration(block, "thinkTime", Duration.ZERO);
                        yield block.checked(
                                () -> ArrivalModel.closed(new ClosedLoop(inFlight, thinkTime)));
                    }
                };
        block.done();
        return model;
    }

    private static LoadStage stage(YamlBlock block, boolean closed) {
        LoadStage.Kind kind =
                block.required("kind").oneOf(LoadStage.Kind.values(), LoadStage.Kind::key);
        Duration duration = duration(block.required("duration"));
        double from = 0;
        double to = 0;
        if (kind.slopes()) {
            from = required(block, "from");
            to = kind == LoadStage.Kind.COOL_DOWN ? block.number("to", 0) : required(block, "to");
        } else if (!closed || block.has("rate")) {
            from = required(block, "rate");
            to = from;
        }
        double first = from;
        double last = to;
        boolean storm = kind == LoadStage.Kind.RECONNECT_STORM;
        double offlineShare = storm ? required(block, "offlineShare") : 0;
        Duration offline = storm ? duration(block.required("offline")) : Duration.ZERO;
        block.done();
        return block.checked(
                () -> new LoadStage(kind, duration, first, last, offlineShare, offline));
    }

    private static double required(YamlBlock block, String key) {
        return block.required(key).number();
    }

    private static Duration duration(YamlBlock block, String key, Duration otherwise) {
        return block.value(key).map(ScenarioReader::duration).orElse(otherwise);
    }

    private static Duration duration(YamlValue value) {
        return value.as(Durations::parse);
    }

    private static DriftPlan drift(YamlBlock block) {
        DriftPlan.Kind kind =
                block.value("kind")
                        .map(
                                value ->
                                        value.oneOf(
                                                DriftPlan.Kind.values(), DriftPlan.Kind::toString))
                        .orElse(DriftPlan.Kind.LIFE);
        if (kind == DriftPlan.Kind.NONE || kind == DriftPlan.Kind.LIFE) {
            block.done();
            return kind == DriftPlan.Kind.NONE ? DriftPlan.NONE : DriftPlan.LIFE;
        }
        double share = block.number("share", 1);
        Duration at = duration(block, "at", Duration.ZERO);
        int over =
                kind == DriftPlan.Kind.GRADUAL
                        ? block.whole("over", 1, DriftPlan.LONGEST_OVER, DEFAULT_OVER)
                        : 0;
        Duration period =
                kind == DriftPlan.Kind.SEASONAL ? duration(block.required("period")) : null;
        block.done();
        return block.checked(() -> new DriftPlan(kind, share, at, over, period));
    }

    private static NetworkConditions network(YamlBlock block) {
        Link up = block.block("up", Link.PERFECT, ScenarioReader::link);
        Link down = block.block("down", Link.PERFECT, ScenarioReader::link);
        OfflinePeriods offline =
                block.block("offline", OfflinePeriods.NONE, ScenarioReader::offline);
        block.done();
        return new NetworkConditions(up, down, offline, List.of());
    }

    private static Link link(YamlBlock block) {
        Duration median = duration(block, "median", Duration.ZERO);
        Duration p99 = duration(block, "p99", median);
        double loss = block.number("loss", 0);
        block.done();
        return block.checked(() -> new Link(median, p99, loss));
    }

    private static OfflinePeriods offline(YamlBlock block) {
        double share = required(block, "share");
        Duration every = duration(block.required("every"));
        Duration duration = duration(block.required("duration"));
        boolean catchUp = block.flag("catchUp", true);
        block.done();
        return block.checked(() -> new OfflinePeriods(share, every, duration, catchUp));
    }

    private static Misbehaviour misbehaviour(YamlBlock block) {
        double repeats = block.number("repeats", 0);
        double reordering = block.number("reordering", 0);
        double gaps = block.number("gaps", 0);
        double garbage = block.number("garbage", 0);
        Misbehaviour skew =
                block.block(
                        "clockSkew",
                        Misbehaviour.NONE,
                        of -> {
                            double share = required(of, "share");
                            Duration by = duration(of.required("by"));
                            of.done();
                            return of.checked(() -> new Misbehaviour(0, 0, 0, share, by, 0));
                        });
        block.done();
        return block.checked(
                () ->
                        new Misbehaviour(
                                repeats,
                                reordering,
                                gaps,
                                skew.skewedDevices(),
                                skew.clockSkew(),
                                garbage));
    }

    private VersionShare version(YamlBlock block) {
        String bundle = block.required("bundle").text();
        double share = required(block, "share");
        block.done();
        return block.checked(() -> new VersionShare(path(bundle), share));
    }

    private Path path(String text) {
        try {
            return directory.resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw new InvalidInputException(
                    "the bundle of a version is no path: " + e.getReason(), e);
        }
    }

    private static double rankingShare(YamlBlock block) {
        double share = block.number("share", 1);
        block.done();
        return block.checked(
                () -> {
                    Limits.share("ranking.share", share);
                    return share;
                });
    }
}
