package duet.bench.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

@DisplayName("The hot parts of the job")
class KernelMeasurementTest {

    @Test
    @DisplayName("are found where they stand, every benchmark but the generator's")
    void found() {
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        assertThat(
                        BenchmarkList.defaultList()
                                .find(
                                        OutputFormatFactory.createFormatInstance(
                                                nowhere, VerboseMode.SILENT),
                                        List.of(KernelMeasurement.KERNELS),
                                        List.of(GeneratorBenchmark.class.getName())))
                .extracting(BenchmarkListEntry::getUserClassQName)
                .contains(
                        OperatorBenchmark.class.getName(),
                        SigningBenchmark.class.getName(),
                        CatalogueBenchmark.class.getName())
                .doesNotContain(GeneratorBenchmark.class.getName());
    }
}
