package duet.bench;

import duet.embedded.cli.Benchmark;
import duet.embedded.cli.terminal.Progress;
import duet.embedded.cli.terminal.Terminal;
import java.util.List;
import java.util.Map;

/** The generator's part of {@code duet bench}. */
public final class GeneratorFigures implements Benchmark {

    @Override
    public Map<String, Object> run(Terminal terminal) {
        GeneratorMeasurement measurement = GeneratorMeasurement.defaults();
        int total = measurement.engines().size() * measurement.batches().size();
        List<GeneratorFigure> figures;
        try (Progress progress = terminal.progress("Generator", total, "figures")) {
            figures =
                    measurement.run(
                            (done, of, engine, batch) ->
                                    progress.update(done, "%s, batch %d".formatted(engine, batch)));
            progress.update(total, "");
        }
        terminal.line("");
        terminal.line("Generations of one processor:");
        terminal.line(new GeneratorReport(figures).table());
        return Map.of("generator", figures);
    }
}
