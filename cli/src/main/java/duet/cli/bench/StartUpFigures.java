package duet.cli.bench;

import duet.bench.measurement.BenchPart;
import duet.bench.measurement.BenchSettings;
import duet.bench.startup.StartUpBench;
import duet.bench.startup.StartUpFigure;
import duet.cli.terminal.Terminal;
import java.util.Locale;
import java.util.Map;

/** Measures the start-up's part of {@code duet bench}. */
final class StartUpFigures implements Benchmark {

    @Override
    public BenchPart part() {
        return BenchPart.STARTUP;
    }

    @Override
    public Map<String, Object> run(
            Terminal terminal, BenchSettings settings, Map<String, Object> measured) {
        StartUpFigure figure = new StartUpBench(settings).run(terminal::line);
        terminal.line("");
        terminal.line(
                String.format(
                        Locale.ROOT,
                        "From the start of a JVM: broker, Flink and job run after %.1f s, the first"
                                + " delta is on a device after %.1f s.",
                        figure.readySeconds(),
                        figure.firstDeltaSeconds()));
        return Map.of("startUp", figure);
    }
}
