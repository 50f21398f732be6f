package duet.cli.bench;

import duet.bench.generator.GeneratorFigure;
import duet.bench.measurement.BenchPart;
import duet.bench.measurement.BenchSettings;
import duet.bench.measurement.DrainFigure;
import duet.bench.pipeline.PipelineBench;
import duet.bench.pipeline.PipelineFigure;
import duet.bench.pipeline.PipelineSize;
import duet.bench.profile.ProcessorPart;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import duet.jobs.config.DuetOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Measures the job's part of {@code duet bench}. */
final class PipelineFigures implements Benchmark {
    /** The figures have this key in JSON. */
    static final String KEY = "pipeline";

    private static final String GENERATOR = "generator";

    @Override
    public BenchPart part() {
        return BenchPart.PIPELINE;
    }

    @Override
    public Map<String, Object> run(
            Terminal terminal, BenchSettings settings, Map<String, Object> measured) {
        Map<String, PipelineFigure> figures =
                new PipelineBench(
                                settings,
                                settings.quick() ? PipelineSize.quick() : PipelineSize.thorough())
                        .run(terminal::line);
        Map<String, PipelineFigure> complete = new LinkedHashMap<>(figures);
        OptionalDouble generator = generatorMicros(measured);
        if (generator.isPresent()) {
            complete.replaceAll(
                    (name, figure) ->
                            // The model of the full matrices is another one.
                            name.equals(PipelineBench.FULL_FLOAT32)
                                    ? figure
                                    : figure.withGenerator(generator.getAsDouble()));
        }
        show(terminal, complete);
        return Map.of(KEY, complete);
    }

    /**
     * Returns how many microseconds the generator takes for a delta in a batch of the job's default
     * size, where that was measured.
     */
    private static OptionalDouble generatorMicros(Map<String, Object> measured) {
        int batch = DuetOptions.MAX_BATCH_DEVICES.defaultValue();
        return measured.get(GENERATOR) instanceof List<?> figures
                ? figures.stream()
                        .filter(GeneratorFigure.class::isInstance)
                        .map(GeneratorFigure.class::cast)
                        .filter(figure -> figure.engine().equals(GeneratorFigure.SERVING))
                        .filter(figure -> figure.batch() == batch)
                        .mapToDouble(GeneratorFigure::microsPerGeneration)
                        .findFirst()
                : OptionalDouble.empty();
    }

    private static void show(Terminal terminal, Map<String, PipelineFigure> figures) {
        Map<String, PipelineFigure> encodings = new LinkedHashMap<>(figures);
        PipelineFigure usual = encodings.remove(PipelineBench.DEFAULT);
        terminal.line("");
        terminal.line(
                "The job against one that passes records of the same size through, sender and"
                        + " reader beside them:");
        Table live =
                new Table(
                        "deltas",
                        "bytes",
                        "deltas/s",
                        "lowest to highest",
                        "pass-through/s",
                        "lowest to highest",
                        "ratio",
                        "to pass-through of full float32");
        encodings.forEach(
                (name, figure) ->
                        live.row(
                                name,
                                format("%,.0f", figure.bytesPerDelta()),
                                format("%,.0f", figure.deltasPerSecond()),
                                range(figure.deltasPerSecondRange()),
                                format("%,.0f", figure.passThroughPerSecond()),
                                range(figure.passThroughPerSecondRange()),
                                format("%.2f", figure.versusPassThrough()),
                                format("%.2f", figure.versusPassThroughFloat32())));
        terminal.table(live);
        terminal.line("");
        terminal.line(
                "What both drain of a backlog, without sender and reader, and what that costs:");
        Table drained =
                new Table(
                        "deltas",
                        "deltas/s",
                        "lowest to highest",
                        "pass-through/s",
                        "ratio",
                        "µs CPU a delta",
                        "beyond pass-through",
                        "× generator",
                        "coalesced");
        encodings.forEach((name, figure) -> drained(drained, name, figure.drained()));
        terminal.table(drained);
        if (usual.drained().parts().partMicros() != null) {
            terminal.table(parts(usual.drained()));
        }
    }

    private static void drained(Table table, String name, DrainFigure figure) {
        table.row(
                name,
                format("%,.0f", figure.throughput().deltasPerSecond()),
                range(figure.range().deltasPerSecondRange()),
                format("%,.0f", figure.throughput().passThroughPerSecond()),
                format("%.2f", figure.throughput().versusPassThrough()),
                format("%.1f", figure.cost().cpuMicrosPerDelta()),
                format("%.1f", figure.cost().beyondPassThroughMicros()),
                figure.generator().timesGenerator() == null
                        ? ""
                        : format("%.2f", figure.generator().timesGenerator()),
                format("%.1f %%", 100 * figure.coalesced()));
    }

    private static Table parts(DrainFigure figure) {
        Table table = new Table("processor time, µs a record", "pass-through", "generation");
        for (ProcessorPart part : ProcessorPart.values()) {
            double passed = figure.parts().passThroughPartMicros().getOrDefault(part.key(), 0.0);
            double generated = figure.parts().partMicros().getOrDefault(part.key(), 0.0);
            if (passed + generated > 0) {
                table.row(part.description(), format("%.1f", passed), format("%.1f", generated));
            }
        }
        return table;
    }

    private static String range(List<Double> range) {
        return range.isEmpty() ? "" : format("%,.0f to %,.0f", range.get(0), range.get(1));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
