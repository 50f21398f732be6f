package duet.jobs.generation;

import static duet.jobs.generation.Windows.featureWindow;
import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.FeatureVectors;
import duet.jobs.history.ItemIds;
import org.junit.jupiter.api.Test;

class ServedModelTest {
    private final ServedModel ofItems = model(new PlainGenerator());
    private final ServedModel ofFeatures = model(new PlainGenerator(3));

    private static ServedModel model(DeltaGenerator generator) {
        return new ServedModel(
                generator,
                new DeltaAssembly(
                        generator.modelVersion(),
                        generator.dimensions(),
                        DeltaEncoding.FLOAT32,
                        null),
                new MicroBatch(1, 1));
    }

    @Test
    void readsWhatItWasTrainedWith() {
        DeviceWindow items = window("a", 0, 0, 1);
        DeviceWindow features = featureWindow("a", 0, 0, new float[3]);

        assertThat(ofItems.reads(items)).isTrue();
        assertThat(ofItems.reads(features)).isFalse();
        assertThat(ofFeatures.reads(features)).isTrue();
        assertThat(ofFeatures.reads(featureWindow("a", 0, 0, new float[4]))).isFalse();
        assertThat(ofFeatures.reads(items)).isFalse();
    }

    @Test
    void saysWhatItCannotReadAndWhatItReads() {
        assertThat(ofFeatures.notRead(window("a", 0, 0, 1)))
                .isEqualTo(
                        "window of device=a holds item ids, model version plain-1 reads features of"
                                + " 3 numbers");
    }

    @Test
    void saysOfWhichHistoryItKnowsNothing() {
        DeviceHistory history = DeviceHistory.empty().merge(0, new ItemIds(100, 101), 10).history();

        assertThat(ofItems.notKnown(window("a", 0, 0, 100, 101), history))
                .isEqualTo(
                        "window of device=a leaves no item that model version plain-1 knows among"
                                + " its newest 2");
    }

    @Test
    void knowsVectorsAndAHistoryWithOneItemOfItsVocabulary() {
        assertThat(ofItems.knowsAny(new ItemIds(100, 99))).isTrue();
        assertThat(ofItems.knowsAny(new ItemIds(100, 101))).isFalse();
        assertThat(ofFeatures.knowsAny(new FeatureVectors(new float[1][3]))).isTrue();
    }

    @Test
    void countsTheNewestItemsThatItDoesNotKnow() {
        assertThat(ofItems.unknown(new ItemIds(100, 1, 101), 3)).isEqualTo(2);
        assertThat(ofItems.unknown(new ItemIds(100, 1, 101), 2)).isEqualTo(1);
        assertThat(ofFeatures.unknown(new FeatureVectors(new float[1][3]), 1)).isZero();
    }
}
