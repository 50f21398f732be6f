package duet.studies.glyph;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The report shows the figures of several runs as a page in Markdown: means over the seeds, and
 * from which to which value they lie.
 */
public final class GlyphReport {
    private GlyphReport() {}

    /** Returns the page for at least one run, all measured in the same way. */
    public static String page(List<GlyphRun> runs) {
        GlyphRun first = runs.get(0);
        StringBuilder page = new StringBuilder();
        page.append("# Results of the glyph task\n\n");
        page.append(
                String.format(
                        Locale.ROOT,
                        "Written by `./duet glyphs --seed %s --report FILE`; what is measured"
                                + " stands in `docs/research/glyphs.md`.\n",
                        runs.stream()
                                .map(run -> String.valueOf(run.trained().seed()))
                                .collect(Collectors.joining(","))));
        page.append(
                String.format(
                        Locale.ROOT,
                        "Mean over %d seeds, each with devices of its own, and in brackets the"
                                + " smallest and the largest value. %,d samples of devices that the"
                                + " model has never met for each seed.\n\n",
                        runs.size(),
                        first.global().samples()));
        header(page);
        row(page, "global", runs, GlyphRun::global);
        for (int age : first.generated().byAge().keySet()) {
            row(page, "generated, age " + age, runs, run -> run.generated().byAge().get(age));
        }
        row(page, "delta of another device", runs, run -> run.controls().otherDevice());
        row(page, "mean delta", runs, run -> run.controls().meanDelta());
        page.append(
                "\n## Accuracy by seed\n\n| seed | global | age 0 | oldest |\n|---|---|---|---|\n");
        for (GlyphRun run : runs) {
            page.append(
                    String.format(
                            Locale.ROOT,
                            "| %d | %.3f | %.3f | %.3f |\n",
                            run.trained().seed(),
                            run.global().accuracy(),
                            run.generated().fresh().accuracy(),
                            run.generated()
                                    .byAge()
                                    .get(run.generated().byAge().lastKey())
                                    .accuracy()));
        }
        page.append(
                "\n"
                        + "## Cold start\n\n"
                        + "Fresh deltas of devices that have published so many vectors.\n\n");
        header(page);
        row(page, "global", runs, GlyphRun::global);
        for (int length : first.generated().byLength().keySet()) {
            row(
                    page,
                    "generated from " + length,
                    runs,
                    run -> run.generated().byLength().get(length));
        }
        if (first.tuned().fineTuning() != null) {
            fineTuning(page, runs);
        }
        return page.toString();
    }

    private static void fineTuning(StringBuilder page, List<GlyphRun> runs) {
        GlyphFineTuningQuality first = runs.get(0).tuned().fineTuning();
        page.append(
                String.format(
                        Locale.ROOT,
                        "\n"
                            + "## Fine-tuning\n\n"
                            + "The next %d samples of %d devices of each seed. Fine-tuning had the"
                            + " %d images before them with their labels, generation the features of"
                            + " the same images.\n\n",
                        first.global().samples() / first.devices(),
                        first.devices(),
                        first.labelled()));
        header(page);
        row(page, "global", runs, run -> run.tuned().fineTuning().global());
        row(page, "generated once", runs, run -> run.tuned().fineTuning().personalized());
        row(page, "fine-tuned", runs, run -> run.tuned().fineTuning().fineTuned());
        page.append(
                String.format(
                        Locale.ROOT,
                        "\n"
                            + "A device takes %s s to tune and %s ms to generate for, alone in its"
                            + " batch. Chosen on validation devices:\n\n",
                        spread(runs, run -> run.tuned().fineTuning().seconds().secondsPerDevice()),
                        spread(
                                runs,
                                run ->
                                        1000
                                                * run.tuned()
                                                        .fineTuning()
                                                        .seconds()
                                                        .secondsPerGeneration())));
        page.append(
                "| seed | epochs | batch | learning rate | tuned | time, in generations |\n"
                        + "|---|---|---|---|---|---|\n");
        for (GlyphRun run : runs) {
            GlyphFineTuningQuality tuning = run.tuned().fineTuning();
            page.append(
                    String.format(
                            Locale.ROOT,
                            "| %d | %d | %d | %s | %s | %.0f |\n",
                            run.trained().seed(),
                            tuning.setting().epochs(),
                            tuning.setting().batch(),
                            tuning.setting().learningRate(),
                            tuning.setting().classifierOnly() ? "dynamic layers" : "all weights",
                            tuning.seconds().secondsPerDevice()
                                    / tuning.seconds().secondsPerGeneration()));
        }
    }

    private static void header(StringBuilder page) {
        page.append("| | accuracy | userAuc |\n|---|---|---|\n");
    }

    private static void row(
            StringBuilder page,
            String name,
            List<GlyphRun> runs,
            Function<GlyphRun, GlyphQuality> quality) {
        page.append(
                String.format(
                        Locale.ROOT,
                        "| %s | %s | %s |\n",
                        name,
                        spread(runs, run -> quality.apply(run).accuracy()),
                        spread(runs, run -> quality.apply(run).userAuc())));
    }

    private static String spread(List<GlyphRun> runs, ToDoubleFunction<GlyphRun> of) {
        var values = runs.stream().mapToDouble(of).summaryStatistics();
        return String.format(
                Locale.ROOT,
                "%.3f (%.3f–%.3f)",
                values.getAverage(),
                values.getMin(),
                values.getMax());
    }
}
