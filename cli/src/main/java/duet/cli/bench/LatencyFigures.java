package duet.cli.bench;

import duet.bench.latency.LatencyBench;
import duet.bench.latency.LatencyFigure;
import duet.bench.latency.LatencyReport;
import duet.bench.measurement.BenchPart;
import duet.bench.measurement.BenchSettings;
import duet.bench.pipeline.PipelineBench;
import duet.bench.pipeline.PipelineFigure;
import duet.cli.option.Numbers;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import java.util.Locale;
import java.util.Map;

/** Measures the latency's part of {@code duet bench}. */
final class LatencyFigures implements Benchmark {
    /**
     * A delta of the model that comes with Duet has this many bytes; it is used where the pipeline
     * was not measured.
     */
    private static final int USUAL_DELTA_BYTES = 295;

    @Override
    public BenchPart part() {
        return BenchPart.LATENCY;
    }

    @Override
    public Map<String, Object> run(
            Terminal terminal, BenchSettings settings, Map<String, Object> measured) {
        LatencyReport report =
                new LatencyBench(
                                settings,
                                settings.quick()
                                        ? LatencyBench.Size.quick()
                                        : LatencyBench.Size.thorough())
                        .run(deltaBytes(measured), terminal::line);
        terminal.line("");
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "From the intended time of a window to its answer; the limit is %,.0f"
                                + " windows/s:",
                        report.limitPerSecond()));
        Table table =
                new Table(
                        "windows/s",
                        "of the limit",
                        "p50 ms",
                        "pass-through",
                        "ratio",
                        "p99 ms",
                        "pass-through",
                        "ratio");
        for (LatencyFigure figure : report.rates()) {
            table.row(
                    Numbers.count(figure.perSecond()),
                    figure.share() == null ? "" : format("%.0f %%", 100 * figure.share()),
                    format("%.1f", figure.job().p50()),
                    format("%.1f", figure.passThrough().p50()),
                    format("%.2f", figure.p50Ratio()),
                    format("%.1f", figure.job().p99()),
                    format("%.1f", figure.passThrough().p99()),
                    format("%.2f", figure.p99Ratio()));
        }
        terminal.table(table);
        return Map.of("latency", report);
    }

    private static int deltaBytes(Map<String, Object> measured) {
        return measured.get(PipelineFigures.KEY) instanceof Map<?, ?> figures
                        && figures.get(PipelineBench.DEFAULT) instanceof PipelineFigure figure
                ? (int) Math.round(figure.bytesPerDelta())
                : USUAL_DELTA_BYTES;
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
