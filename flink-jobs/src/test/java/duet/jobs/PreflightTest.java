package duet.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.model.bundle.BundleExport;
import duet.model.bundle.ModelTensors;
import duet.operations.broker.BrokerUnreachableException;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {
    /**
     * What a job with this bundle is told, which asks brokers that do not answer only where the
     * bundle is good.
     */
    private static Throwable refusal(Path bundle) {
        Configuration config = new Configuration();
        config.set(DuetOptions.BOOTSTRAP_SERVERS, "no-such-host.invalid:9092");
        config.set(DuetOptions.BUNDLE, bundle.toString());
        return catchThrowable(() -> Preflight.check(GenerationOptions.from(config)));
    }

    @Test
    void namesABundleThatIsMissingBeforeItAsksABroker() {
        assertThat(refusal(Path.of("no-such-bundle")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("bundle no-such-bundle does not exist");
    }

    @Test
    void namesAKeyFileThatIsMissingWithItsOptionBeforeItAsksABroker() {
        Configuration config = new Configuration();
        config.set(DuetOptions.BOOTSTRAP_SERVERS, "no-such-host.invalid:9092");
        config.set(DuetOptions.RELEASES_PUBLIC_KEY, "no-such-key.pem");
        assertThatThrownBy(() -> Preflight.check(GenerationOptions.from(config)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("duet.releases.public-key: key file no-such-key.pem does not exist");
    }

    @ParameterizedTest
    @CsvSource({"1e5, its probe failed", "1e30, not finite"})
    void namesABundleWhoseModelIsBadBeforeItAsksABroker(
            float weight, String reason, @TempDir Path directory) {
        ModelBundle bundle =
                BundleExport.untrained(
                        directory.resolve("bundle"),
                        new Dimensions(
                                20,
                                5,
                                6,
                                new DeviceSizes(4, 1, 1, 4),
                                2,
                                GeneratorSizes.recurrent(4, 4, 4, 4, 1)),
                        Vocabulary.of(LongStream.rangeClosed(1, 20).toArray()),
                        1);
        ModelTensors sound = ModelTensors.of(bundle);
        Map<String, Tensor> generator = new LinkedHashMap<>(sound.generator());
        generator.replaceAll(
                (name, tensor) -> {
                    float[] values = new float[tensor.values().length];
                    Arrays.fill(values, weight);
                    return new Tensor(tensor.shape(), values);
                });
        Path bad = directory.resolve("bad");
        BundleExport.write(
                bad,
                bundle.manifest().backbone(),
                bundle.dimensions(),
                bundle.vocabulary(),
                new ModelTensors(sound.device(), generator),
                new TreeMap<>(),
                new TreeMap<>(),
                Optional.empty());

        assertThat(refusal(bad))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("bundle " + bad + " cannot be served: ")
                .hasMessageContaining(reason);
        assertThat(refusal(bundle.directory())).isInstanceOf(BrokerUnreachableException.class);
    }
}
