package duet.embedded.cli;

import duet.embedded.cli.terminal.Terminal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code duet bench}: the figures that Duet states about its speed, measured here. */
@Command(
        name = "bench",
        description =
                "Measures how many parameters one processor generates, with the engine that serves and the one that trains.")
final class BenchCommand implements Runnable {

    private final Terminal terminal;

    @Mixin private JsonFile json;

    BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        json.check();
        List<Benchmark> benchmarks =
                ServiceLoader.load(Benchmark.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        if (benchmarks.isEmpty()) {
            throw new IllegalStateException(
                    "there is no benchmark on the class path; run bench through the duet script");
        }
        Map<String, Object> document = new LinkedHashMap<>();
        benchmarks.forEach(benchmark -> document.putAll(benchmark.run(terminal)));
        json.write(document);
    }
}
