package duet.jobs.generation;

import duet.jobs.history.FeatureVectors;
import duet.jobs.history.InteractionContents;
import duet.jobs.history.ItemIds;
import duet.model.network.Evidence;
import duet.model.network.GeneratorInput;
import duet.model.serving.GeneratedDeltas;
import duet.model.serving.NonFiniteParametersException;
import duet.model.serving.ServedGenerator;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bundle generator runs the generator of a model bundle in ONNX Runtime, on the caller's thread.
 */
public final class BundleGenerator implements DeltaGenerator {
    private final ServedGenerator generator;
    private final Dimensions dimensions;
    private final Vocabulary vocabulary;

    private BundleGenerator(ServedGenerator generator, ModelBundle bundle) {
        this.generator = generator;
        this.dimensions = bundle.dimensions();
        this.vocabulary = bundle.vocabulary();
    }

    /**
     * Returns a factory for the bundle in that directory, which it opens and verifies where it
     * makes a generator.
     */
    public static DeltaGeneratorFactory factory(Path directory) {
        String path = directory.toString();
        return () -> {
            ModelBundle bundle = ModelBundle.open(Path.of(path));
            return of(ServedGenerator.load(bundle), bundle);
        };
    }

    /** Returns the generator of an opened bundle, which closes {@code generator} with itself. */
    public static BundleGenerator of(ServedGenerator generator, ModelBundle bundle) {
        return new BundleGenerator(generator, bundle);
    }

    @Override
    public String modelVersion() {
        return generator.modelVersion();
    }

    @Override
    public Dimensions dimensions() {
        return dimensions;
    }

    @Override
    public boolean knows(long itemId) {
        return vocabulary.indexOf(itemId) != 0;
    }

    @Override
    public Deltas generate(List<InteractionContents> histories) {
        try {
            GeneratedDeltas generated = together(histories);
            return new Deltas() {
                @Override
                public float[] embedding(int device) {
                    return weighed(generated.embedding(device), histories.get(device));
                }

                @Override
                public float[] layer(int device, int n) {
                    return generated.layer(device, n);
                }
            };
        } catch (NonFiniteParametersException e) {
            return oneByOne(histories);
        }
    }

    private GeneratedDeltas together(List<InteractionContents> histories) {
        return dimensions.features() > 0
                ? generator.generateFromFeatures(
                        histories.stream()
                                .map(history -> ((FeatureVectors) history).vectors())
                                .toList())
                : generator.generate(
                        histories.stream().map(history -> ((ItemIds) history).ids()).toList());
    }

    /**
     * Generates a batch in which a device has no finite delta again device by device, for the sake
     * of the others.
     */
    private Deltas oneByOne(List<InteractionContents> histories) {
        List<@Nullable GeneratedDeltas> generated = new ArrayList<>(histories.size());
        for (InteractionContents history : histories) {
            generated.add(finiteOrNull(history));
        }
        return new Deltas() {
            @Override
            public float[] embedding(int device) throws UnusableDeltaException {
                return weighed(alone(device).embedding(0), histories.get(device));
            }

            @Override
            public float[] layer(int device, int n) throws UnusableDeltaException {
                return alone(device).layer(0, n);
            }

            private GeneratedDeltas alone(int device) throws UnusableDeltaException {
                GeneratedDeltas alone = generated.get(device);
                if (alone == null) {
                    throw new UnusableDeltaException(
                            "model " + modelVersion() + " generates a number that is not finite");
                }
                return alone;
            }
        };
    }

    /**
     * Weighs an embedding in place: the layers carry their weight already, the model gives the
     * embedding without.
     */
    private float[] weighed(float[] embedding, InteractionContents history) {
        float weight = Evidence.of(dimensions, read(history));
        for (int i = 0; i < embedding.length; i++) {
            embedding[i] *= weight;
        }
        return embedding;
    }

    /**
     * Returns how many interactions of a history the generator reads: the newest known ones, up to
     * its limit.
     */
    private int read(InteractionContents history) {
        int known =
                history instanceof ItemIds items
                        ? (int) Arrays.stream(items.ids()).filter(this::knows).count()
                        : history.size();
        return Math.min(known, GeneratorInput.limit(dimensions));
    }

    private @Nullable GeneratedDeltas finiteOrNull(InteractionContents history) {
        try {
            return together(List.of(history));
        } catch (NonFiniteParametersException e) {
            return null;
        }
    }

    @Override
    public void close() {
        generator.close();
    }
}
