package duet.studies.image;

import duet.model.training.image.ImageFineTuning;
import duet.studies.page.PageTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
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

    /**
     * Says whose page it is.
     *
     * @param title of the page
     * @param command that writes it
     * @param about page that says what is measured
     */
    public record Heading(String title, String command, String about) {}

    /** Returns the page for at least one run, all measured in the same way. */
    public static String page(Heading heading, List<ImageRun> runs) {
        return PageTemplate.fill(ImageReport.class, TEMPLATE, new Page(heading, runs));
    }

    /** The template calls the methods of this record by their names. */
    record Page(Heading heading, List<ImageRun> runs) {
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
            rows.add(
                    QualityRow.of(
                            "global, own estimate of the class mix",
                            runs,
                            run -> run.controls().ownMix()));
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

        List<QualityRow> qualities() {
            List<QualityRow> rows = new ArrayList<>();
            rows.add(QualityRow.of("global", runs, run -> run.tuned().fineTuning().global()));
            rows.add(
                    QualityRow.of(
                            "generated once",
                            runs,
                            run -> run.tuned().fineTuning().personalized()));
            for (int labelled : byLabels(runs.get(0)).keySet()) {
                rows.add(
                        QualityRow.of(
                                "fine-tuned on " + labelled + " labels",
                                runs,
                                run -> byLabels(run).get(labelled).fineTuned()));
            }
            return rows;
        }

        List<TimeRow> times() {
            List<TimeRow> rows = new ArrayList<>();
            for (int labelled : byLabels(runs.get(0)).keySet()) {
                rows.add(TimeRow.of(labelled, runs));
            }
            return rows;
        }

        List<SettingRow> settings() {
            return runs.stream()
                    .flatMap(
                            run ->
                                    byLabels(run).values().stream()
                                            .map(quality -> SettingRow.of(run, quality)))
                    .toList();
        }

        private ImageFineTuningQuality first() {
            return runs.get(0).tuned().fineTuning();
        }
    }

    /** A row shows how long it takes to tune a device, and to generate for it. */
    record TimeRow(int labelled, String secondsToTune, String millisToGenerate) {
        static TimeRow of(int labelled, List<ImageRun> runs) {
            return new TimeRow(
                    labelled,
                    spread(runs, run -> byLabels(run).get(labelled).seconds().secondsPerDevice()),
                    spread(
                            runs,
                            run ->
                                    1000
                                            * byLabels(run)
                                                    .get(labelled)
                                                    .seconds()
                                                    .secondsPerGeneration()));
        }
    }

    /** A row shows how the devices of one seed were tuned on so many labels. */
    record SettingRow(
            long seed,
            int labelled,
            int epochs,
            int batch,
            double learningRate,
            String tuned,
            String generations) {
        static SettingRow of(ImageRun run, ImageFineTuningQuality quality) {
            ImageFineTuning.Setting setting = quality.setting();
            return new SettingRow(
                    run.trained().seed(),
                    quality.labelled(),
                    setting.epochs(),
                    setting.batch(),
                    setting.learningRate(),
                    setting.classifierOnly() ? "dynamic layers" : "all weights",
                    text(
                            "%.0f",
                            quality.seconds().secondsPerDevice()
                                    / quality.seconds().secondsPerGeneration()));
        }
    }

    private static SortedMap<Integer, ImageFineTuningQuality> byLabels(ImageRun run) {
        return run.tuned().byLabels();
    }

    private static String spread(List<ImageRun> runs, ToDoubleFunction<ImageRun> of) {
        var values = runs.stream().mapToDouble(of).summaryStatistics();
        return text("%.3f (%.3f–%.3f)", values.getAverage(), values.getMin(), values.getMax());
    }

    private static String text(String format, Object... numbers) {
        return String.format(Locale.ROOT, format, numbers);
    }
}
