package duet.cli.bench;

import duet.bench.measurement.BenchPart;
import duet.bench.measurement.BenchSettings;
import duet.bench.state.StateBench;
import duet.bench.state.StateFigure;
import duet.cli.option.Numbers;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import java.util.List;
import java.util.Map;

/** Measures the state's part of {@code duet bench}. */
final class StateFigures implements Benchmark {
    private static final int DEVICES = 5_000;
    private static final int WINDOWS_OF_EACH = 40;
    private static final int QUICK_WINDOWS_OF_EACH = 10;

    @Override
    public BenchPart part() {
        return BenchPart.STATE;
    }

    @Override
    public Map<String, Object> run(
            Terminal terminal, BenchSettings settings, Map<String, Object> measured) {
        List<StateFigure> figures =
                new StateBench(
                                settings,
                                DEVICES,
                                settings.quick() ? QUICK_WINDOWS_OF_EACH : WINDOWS_OF_EACH)
                        .run(terminal::line);
        terminal.line("");
        terminal.line("State of a device:");
        Table table = new Table("backend", "bytes of a checkpoint", "bytes of heap");
        for (StateFigure figure : figures) {
            table.row(
                    figure.backend(),
                    Numbers.count(figure.checkpointBytesPerDevice()),
                    figure.heapBytesPerDevice() == null
                            ? ""
                            : Numbers.count(figure.heapBytesPerDevice()));
        }
        terminal.table(table);
        return Map.of("state", figures);
    }
}
