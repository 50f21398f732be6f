package duet.studies.image;

import duet.model.training.image.ImageFineTuning;
import duet.studies.page.PageTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The report shows the figures of several runs as a page in Markdown: means over the seeds, and
 * from which to which value they lie.
 */
public final class ImageReport {
    private static final String TEMPLATE = "images.md.mustache";

    private ImageReport() {}

    /** Returns the page for at least one run, all measured in the same way. */
    public static String page(List<ImageRun> runs) {
        return PageTemplate.fill(ImageReport.class, TEMPLATE, new Page(runs));
    }

    /** The template calls the methods of this record by their names. */
    record Page(List<ImageRun> runs) {
        String seeds() {
            return runs.stream()
                    .map(run -> String.valueOf(run.trained().seed()))
                    .collect(Collectors.joining(","));
        }

        int count() {
            return runs.size();
        }

        String samples() {
            return text("%,d", runs.get(0).global().samples());
        }

        List<QualityRow> byAge() {
            List<QualityRow> rows = new ArrayList<>();
            rows.add(QualityRow.of("global", runs, ImageRun::global));
            for (int age : runs.get(0).generated().byAge().keySet()) {
                rows.add(
                        QualityRow.of(
                                "generated, age " + age,
                                runs,
                                run -> run.generated().byAge().get(age)));
            }
            rows.add(
                    QualityRow.of(
                            "delta of another device", runs, run -> run.controls().otherDevice()));
            rows.add(QualityRow.of("mean delta", runs, run -> run.controls().meanDelta()));
            return rows;
        }

        List<SeedRow> bySeed() {
            return runs.stream().map(SeedRow::of).toList();
        }

        List<QualityRow> byLength() {
            List<QualityRow> rows = new ArrayList<>();
            rows.add(QualityRow.of("global", runs, ImageRun::global));
            for (int length : runs.get(0).generated().byLength().keySet()) {
                rows.add(
                        QualityRow.of(
                                "generated from " + length,
                                runs,
                                run -> run.generated().byLength().get(length)));
            }
            return rows;
        }

        /** Returns the part about fine-tuning; null where nothing was tuned. */
        @Nullable FineTuning fineTuning() {
            return runs.get(0).tuned().fineTuning() == null ? null : new FineTuning(runs);
        }
    }

    /** A row shows how well devices do in one way, over all seeds. */
    record QualityRow(String name, String accuracy, String userAuc) {
        static QualityRow of(
                String name, List<ImageRun> runs, Function<ImageRun, ImageQuality> quality) {
            return new QualityRow(
                    name,
                    spread(runs, run -> quality.apply(run).accuracy()),
                    spread(runs, run -> quality.apply(run).userAuc()));
        }
    }

    /** A row shows the accuracy of one seed. */
    record SeedRow(long seed, String global, String fresh, String oldest) {
        static SeedRow of(ImageRun run) {
            ImageRun.Generated generated = run.generated();
            return new SeedRow(
                    run.trained().seed(),
                    accuracy(run.global()),
                    accuracy(generated.fresh()),
                    accuracy(generated.byAge().get(generated.byAge().lastKey())));
        }

        private static String accuracy(ImageQuality quality) {
            return text("%.3f", quality.accuracy());
        }
    }

    /**
     * This part shows fine-tuning beside generation. The template calls its methods by their names.
     */
    record FineTuning(List<ImageRun> runs) {
        int samplesOfADevice() {
            return first().global().samples() / devices();
        }

        int devices() {
            return first().devices();
        }

        int labelled() {
            return first().labelled();
        }

        List<QualityRow> qualities() {
            return List.of(
                    QualityRow.of("global", runs, run -> run.tuned().fineTuning().global()),
                    QualityRow.of(
                            "generated once", runs, run -> run.tuned().fineTuning().personalized()),
                    QualityRow.of("fine-tuned", runs, run -> run.tuned().fineTuning().fineTuned()));
        }

        String secondsToTune() {
            return spread(runs, run -> seconds(run).secondsPerDevice());
        }

        String millisToGenerate() {
            return spread(runs, run -> 1000 * seconds(run).secondsPerGeneration());
        }

        List<SettingRow> settings() {
            return runs.stream().map(SettingRow::of).toList();
        }

        private ImageFineTuningQuality first() {
            return runs.get(0).tuned().fineTuning();
        }
    }

    /** A row shows how the devices of one seed were tuned. */
    record SettingRow(
            long seed,
            int epochs,
            int batch,
            double learningRate,
            String tuned,
            String generations) {
        static SettingRow of(ImageRun run) {
            ImageFineTuning.Setting setting = run.tuned().fineTuning().setting();
            return new SettingRow(
                    run.trained().seed(),
                    setting.epochs(),
                    setting.batch(),
                    setting.learningRate(),
                    setting.classifierOnly() ? "dynamic layers" : "all weights",
                    text(
                            "%.0f",
                            seconds(run).secondsPerDevice() / seconds(run).secondsPerGeneration()));
        }
    }

    private static ImageFineTuningQuality.Seconds seconds(ImageRun run) {
        return run.tuned().fineTuning().seconds();
    }

    private static String spread(List<ImageRun> runs, ToDoubleFunction<ImageRun> of) {
        var values = runs.stream().mapToDouble(of).summaryStatistics();
        return text("%.3f (%.3f–%.3f)", values.getAverage(), values.getMin(), values.getMax());
    }

    private static String text(String format, Object... numbers) {
        return String.format(Locale.ROOT, format, numbers);
    }
}
