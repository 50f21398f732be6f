package duet.bench;

import duet.embedded.bench.BenchPart;
import duet.embedded.bench.BenchSettings;
import duet.embedded.bench.GeneratorFigure;
import duet.embedded.cli.Benchmark;
import duet.embedded.cli.terminal.Progress;
import duet.embedded.cli.terminal.Terminal;
import duet.schemas.bundle.ModelBundle;
import java.util.List;
import java.util.Map;

/** The generator's part of {@code duet bench}. */
public final class GeneratorFigures implements Benchmark {

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
