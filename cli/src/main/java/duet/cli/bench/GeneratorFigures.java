package duet.cli.bench;

import duet.bench.generator.GeneratorFigure;
import duet.bench.generator.GeneratorMeasurement;
import duet.bench.generator.GeneratorReport;
import duet.bench.measurement.BenchPart;
import duet.bench.measurement.BenchSettings;
import duet.cli.terminal.Progress;
import duet.cli.terminal.Terminal;
import duet.schemas.bundle.ModelBundle;
import java.util.List;
import java.util.Map;

/** Measures the generator's part of {@code duet bench}. */
final class GeneratorFigures implements Benchmark {

    @Override
    public BenchPart part() {
        return BenchPart.GENERATOR;
    }

    @Override
    public Map<String, Object> run(
            Terminal terminal, BenchSettings settings, Map<String, Object> measured) {
        ModelBundle bundle = ModelBundle.open(settings.bundle());
        GeneratorMeasurement measurement =
                settings.quick() ? GeneratorMeasurement.quick() : GeneratorMeasurement.defaults();
        int total = measurement.engines().size() * measurement.batches().size();
        List<GeneratorFigure> figures;
        try (Progress progress = terminal.progress("Generator", total, "figures")) {
            figures =
                    measurement.run(
                            bundle,
                            (done, of, engine, batch) ->
                                    progress.update(done, engine + ", batch " + batch));
            progress.update(total, "");
        }
        terminal.line("");
        terminal.line("Generations of one processor:");
        terminal.line(new GeneratorReport(figures).table());
        return Map.of("generator", figures);
    }
}
