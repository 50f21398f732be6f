package duet.model.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.model.bundle.BundleExport;
import duet.model.evaluation.EvaluationTask;
import duet.model.evaluation.OfflineEvaluation;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.FeatureSizes;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A comparison with a control")
class ControlComparisonTest {
    private static final int ITEMS = 60;
    private static final Offset<Double> ROUNDING = within(1e-9);

    @TempDir Path directory;

    private ModelBundle bundle(String name, int items, long seed, List<Double> deviceMemory) {
        return BundleExport.untrained(
                directory.resolve(name),
                new Dimensions(
                        items,
                        8,
                        30,
                        new DeviceSizes(8, 1, 1, 8),
                        2,
                        GeneratorSizes.recurrent(8, 8, 8, 8, 2),
                        FeatureSizes.NONE,
                        deviceMemory),
                Vocabulary.of(LongStream.rangeClosed(1001, 1000 + items).toArray()),
                seed);
    }

    private static OfflineEvaluation.Result measured(ModelBundle bundle, Integer... ages) {
        Random random = new Random(1);
        List<EvaluationTask> tasks = new ArrayList<>();
        for (int user = 0; user < 50; user++) {
            long[] items = random.longs(40, 1001, 1001 + ITEMS).distinct().toArray();
            tasks.add(
                    new EvaluationTask(
                            "u" + user,
                            Arrays.copyOf(items, 12),
                            items[12],
                            Arrays.copyOfRange(items, 13, items.length)));
        }
        try (OfflineEvaluation evaluation = OfflineEvaluation.load(bundle)) {
            return evaluation.evaluate(tasks, List.of(ages), OfflineEvaluation.Progress.NONE);
        }
    }

    @Test
    @DisplayName("pairs what both give each user")
    void pairs() {
        ModelBundle keeping = bundle("control", ITEMS, 2, List.of(0.5, 0.9));
        OfflineEvaluation.Result model = measured(bundle("model", ITEMS, 1, List.of()), 0, 5);
        OfflineEvaluation.Result control = measured(keeping);

        ControlComparison compared = ControlComparison.of(model, control, keeping.dimensions());
        Verdict.Device device = compared.device();

        assertThat(device.keeps()).isEqualTo(30);
        assertThat(device.gain().mean())
                .isEqualTo(control.global().userAuc() - model.global().userAuc(), ROUNDING);
        assertThat(device.deltaMore().mean())
                .isEqualTo(model.personalized().userAuc() - control.global().userAuc(), ROUNDING);
        assertThat(device.deltaOnTop().mean())
                .isEqualTo(control.personalized().userAuc() - control.global().userAuc(), ROUNDING);
        assertThat(device.bothMore().mean())
                .isEqualTo(
                        control.personalized().userAuc() - model.personalized().userAuc(),
                        ROUNDING);
        // Of the same user: narrower than the intervals of two that have nothing in common.
        assertThat(device.gain().halfWidth())
                .isPositive()
                .isLessThan(
                        model.intervals().global().of("userAuc").halfWidth()
                                + control.intervals().global().of("userAuc").halfWidth());
        Verdict verdict = ControlComparison.verdict(model, compared);
        assertThat(verdict.device()).isEqualTo(device);
        assertThat(verdict.oldest().age()).isEqualTo(5);
        assertThat(verdict.gain())
                .isEqualTo(model.intervals().differenceByAge().get(0).of("userAuc"));
        assertThat(ControlComparison.verdict(control, null).oldest()).isNull();
    }

    @Test
    @DisplayName("of a model with itself is none")
    void itself() {
        ModelBundle bundle = bundle("model", ITEMS, 1, List.of());
        OfflineEvaluation.Result model = measured(bundle);

        ControlComparison compared = ControlComparison.of(model, model, bundle.dimensions());

        assertThat(compared.device().keeps()).isNull();
        assertThat(compared.device().gain().mean()).isZero();
        assertThat(compared.device().gain().halfWidth()).isZero();
    }

    @Test
    @DisplayName("refuses a control of other items")
    void otherItems() {
        ModelBundle model = bundle("model", ITEMS, 1, List.of());
        ModelBundle fewer = bundle("fewer", ITEMS - 1, 1, List.of());

        assertThatCode(() -> ControlComparison.requireFit(model, model)).doesNotThrowAnyException();
        assertThatThrownBy(() -> ControlComparison.requireFit(model, fewer))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "the control "
                                + fewer.modelVersion()
                                + " knows 59 items, the model "
                                + model.modelVersion()
                                + " 60: train both on the same log");
    }
}
