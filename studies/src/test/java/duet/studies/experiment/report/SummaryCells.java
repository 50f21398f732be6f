package duet.studies.experiment.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import duet.model.evaluation.ControlQuality;
import duet.model.evaluation.RankingListener;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.RankingMetrics.Within;
import duet.schemas.evaluation.UserRanking;
import duet.studies.experiment.cell.CellRankings;
import duet.studies.experiment.cell.CellResult;
import duet.studies.experiment.cell.CellResult.Cost;
import duet.studies.experiment.cell.CellResult.DataFacts;
import duet.studies.experiment.cell.CellResult.Origin;
import duet.studies.experiment.cell.CellResult.Quality;
import duet.studies.experiment.cell.CellResult.Seconds;
import duet.studies.experiment.cell.CellResult.Training;
import duet.studies.experiment.cell.Contents;
import duet.studies.experiment.cell.ResultDirectory;
import duet.studies.experiment.plan.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the directory of a plan of which every user's rank in every cell is known. */
final class SummaryCells {
    static final String TASKS = "the same";
    private static final int NEGATIVES = 100;

    private final Map<String, Contents.VariantEntry> variants = new LinkedHashMap<>();
    private final List<Contents.Cell> cells = new ArrayList<>();
    private final ResultDirectory directory;
    private final String plan;

    SummaryCells(Path directory, String plan) {
        this.directory = new ResultDirectory(directory);
        this.plan = plan;
    }

    /** Begins a cell of SASRec on the log "log". */
    Cell cell(String variant, long seed, int width, Role... roles) {
        variants.putIfAbsent(
                variant,
                new Contents.VariantEntry(
                        variant, "", Arrays.stream(roles).map(Role::id).toList(), null));
        return new Cell(variant, seed, width);
    }

    /** Says of a variant that it belongs to the default of another width. */
    SummaryCells ofWidth(String variant, int width) {
        variants.computeIfPresent(
                variant,
                (name, entry) -> new Contents.VariantEntry(name, "", entry.roles(), width));
        return this;
    }

    ResultDirectory write() {
        directory.write(
                new Contents(
                        plan,
                        plan + ".yaml",
                        plan,
                        "",
                        List.copyOf(variants.values()),
                        cells,
                        List.of()));
        return directory;
    }

    List<PlanResults> results() {
        return List.of(PlanResults.of(write()));
    }

    /** Collects how a cell ranked. */
    final class Cell {
        private final String variant;
        private final long seed;
        private final int width;
        private String data = "log";
        private String tasks = TASKS;
        private boolean users = true;
        private final SortedMap<String, CellRankings.Ranks> byWay = new TreeMap<>();
        private final SortedMap<String, Double> validation = new TreeMap<>();

        Cell(String variant, long seed, int width) {
            this.variant = variant;
            this.seed = seed;
            this.width = width;
        }

        Cell data(String value) {
            data = value;
            return this;
        }

        Cell tasks(String value) {
            tasks = value;
            return this;
        }

        /** Leaves the users out, as older versions did. */
        Cell older() {
            users = false;
            return this;
        }

        Cell global(int... below) {
            return way(RankingListener.GLOBAL, below);
        }

        Cell age(int age, int... below) {
            return way(RankingListener.age(age), below);
        }

        Cell way(String way, int... below) {
            byWay.put(way, new CellRankings.Ranks(below, null));
            return this;
        }

        Cell validation(String way, double userAuc) {
            validation.put(way, userAuc);
            return this;
        }

        SummaryCells finish() {
            Contents.Cell cell = new Contents.Cell(data + "-" + variant + "-" + seed, "print");
            cells.add(cell);
            CellRankings rankings =
                    new CellRankings("print", tasks, new int[] {NEGATIVES}, byWay, validation);
            if (users) {
                directory.write(cell, rankings);
            }
            SortedMap<Integer, RankingMetrics> byAge = new TreeMap<>();
            for (int age : List.of(0, 10, 50)) {
                rankings.of(RankingListener.age(age)).ifPresent(of -> byAge.put(age, metrics(of)));
            }
            directory.write(
                    cell,
                    new CellResult(
                            new Origin(plan, data, "sasrec", variant, seed, "print"),
                            JsonNodeFactory.instance.objectNode().put("rank", 4),
                            new DataFacts(4, 200, 80),
                            "sasrec-1",
                            new Training(new Seconds(2, 1), null, List.of()),
                            quality(rankings, byAge),
                            new Cost(
                                    width,
                                    1000L * width,
                                    byAge.isEmpty() ? 0 : 288,
                                    null,
                                    null,
                                    byAge.isEmpty() ? 0L : 8L * width * width,
                                    variant.contains("memory") ? 1600L : 240L),
                            new TreeMap<>(Map.of("java", "17"))));
            return SummaryCells.this;
        }

        private static Quality quality(
                CellRankings rankings, SortedMap<Integer, RankingMetrics> byAge) {
            RankingMetrics other = ofWay(rankings, RankingListener.OTHER_DEVICE);
            RankingMetrics mean = ofWay(rankings, RankingListener.MEAN_DELTA);
            return new Quality(
                    metrics(rankings.of(RankingListener.GLOBAL).orElseThrow()),
                    byAge,
                    List.of(),
                    other == null || mean == null ? null : new ControlQuality(other, mean),
                    List.of(),
                    null,
                    null,
                    null);
        }

        private static @Nullable RankingMetrics ofWay(CellRankings rankings, String way) {
            return rankings.of(way).map(Cell::metrics).orElse(null);
        }

        private static RankingMetrics metrics(List<UserRanking> users) {
            double userAuc =
                    users.stream().mapToDouble(UserRanking::userAuc).average().orElseThrow();
            double ndcg = users.stream().mapToDouble(user -> user.ndcg(10)).average().orElseThrow();
            return new RankingMetrics(
                    users.size(),
                    userAuc,
                    userAuc,
                    new Within(ndcg, 0.5),
                    new Within(ndcg, 0.5),
                    new Within(ndcg, 0.5));
        }
    }
}
