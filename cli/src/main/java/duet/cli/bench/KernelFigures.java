package duet.cli.bench;

import duet.bench.generator.KernelFigure;
import duet.bench.generator.KernelMeasurement;
import duet.bench.measurement.BenchPart;
import duet.bench.measurement.BenchSettings;
import duet.cli.terminal.Table;
import duet.cli.terminal.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows what the hot parts of the job cost one by one. */
final class KernelFigures implements Benchmark {
    @Override
    public BenchPart part() {
        return BenchPart.KERNELS;
    }

    @Override
    public Map<String, Object> run(
            Terminal terminal, BenchSettings settings, Map<String, Object> measured) {
        terminal.line("Measuring the hot parts of the job one by one ...");
        List<KernelFigure> figures =
                KernelMeasurement.run(settings.bundle(), settings.quick() ? 100 : 300);
        terminal.line("");
        Table table = new Table("part of the job", "ns", "±");
        for (KernelFigure figure : figures) {
            table.row(
                    figure.parameters().isEmpty()
                            ? figure.kernel()
                            : figure.kernel() + " " + figure.parameters(),
                    String.format(Locale.ROOT, "%,.0f", figure.nanos()),
                    String.format(Locale.ROOT, "%,.0f", figure.error()));
        }
        terminal.table(table);
        return Map.of("kernels", figures);
    }
}
