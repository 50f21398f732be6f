package duet.model.training.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.network.Dropout;
import duet.model.network.GeneratorInput;
import duet.model.network.UniversalMetaNetwork;
import duet.schemas.bundle.Dimensions;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Lays out what network and generator read of a training set, as arrays that belong to a step. */
public final class ModelInputs {
    private final TrainingSet set;
    private final Dimensions dimensions;

    public ModelInputs(TrainingSet set, Dimensions dimensions) {
        this.set = set;
        this.dimensions = dimensions;
    }

    /** Returns the sizes of the model that reads. */
    Dimensions dimensions() {
        return dimensions;
    }

    /**
     * Returns the histories for the generator, as long as the longest of them and what the
     * generator reads allow.
     */
    public GeneratorInput histories(NDManager step, TrainingSet.Places places) {
        return histories(places, item -> false).apply(step);
    }

    /**
     * Draws the histories for the generator, without the interactions that are dropped.
     *
     * @return what lays them out in a step
     */
    public Function<NDManager, GeneratorInput> histories(
            TrainingSet.Places places, LongPredicate dropped) {
        int length = places.longest(GeneratorInput.limit(dimensions));
        long[] histories = set.windows(places, length);
        for (int i = 0; i < histories.length; i++) {
            if (histories[i] != 0 && dropped.test(histories[i])) {
                histories[i] = 0;
            }
        }
        return step ->
                GeneratorInput.ofItems(step.create(histories, new Shape(places.size(), length)));
    }

    /**
     * Returns the user states at places.
     *
     * @param candidates [places, c], used where a state depends on the candidate; null for none
     * @return [places, d], or [places, c, d] where a state depends on the candidate
     */
    public NDArray states(
            NDManager step,
            UniversalMetaNetwork network,
            TrainingSet.Places places,
            @Nullable NDArray candidates,
            Dropout dropout) {
        NDArray history =
                network.readsHistory()
                        ? windows(step, places, places.longest(dimensions.history()))
                        : null;
        NDArray window = windows(step, places, dimensions.window());
        return network.state(window, history, candidates, dropout);
    }

    private NDArray windows(NDManager step, TrainingSet.Places places, int length) {
        return step.create(set.windows(places, length), new Shape(places.size(), length));
    }
}
