package duet.model.training;

import duet.model.bundle.ModelTensors;
import duet.model.training.options.ItemTableOption;
import duet.schemas.InvalidInputException;
import java.util.Locale;
import java.util.function.Function;

/**
 * Tells what it costs to store the device's item table as int8, and whether that is done: the
 * validation userAuc of the model with float32 items less that with int8 items.
 *
 * @param globalLoss of the global model; negative where int8 ranks better
 * @param personalizedLoss of the personalized model, the mean over the ages validated
 * @param written whether the bundle has int8 items
 */
public record Int8Items(double globalLoss, double personalizedLoss, boolean written) {
    /** Without being asked for, int8 is written where neither loss is above this. */
    public static final double MOST_LOSS = 5e-4;

    /**
     * Holds a decision.
     *
     * @param tensors the model as it is to be written
     * @param validation of that model, with what was measured
     */
    record Choice(ModelTensors tensors, TrainedModel.Validation validation) {}

    /**
     * Decides how the items of a trained model are stored.
     *
     * @param model with float32 items
     * @param float32 its validation
     * @param validator validates a model; called at most once, with int8 items
     * @throws InvalidInputException if int8 is asked for and an embedding is too large for it
     */
    static Choice choose(
            ItemTableOption option,
            ModelTensors model,
            TrainedModel.Validation float32,
            Function<ModelTensors, TrainedModel.Validation> validator) {
        if (option == ItemTableOption.INT8 && !model.canHaveInt8Items()) {
            throw new InvalidInputException(
                    "the trained item table has numbers too large for int8; train with --items"
                            + " float32");
        }
        if (option == ItemTableOption.FLOAT32 || !model.canHaveInt8Items()) {
            return new Choice(model, float32);
        }
        ModelTensors rounded = model.withInt8Items();
        TrainedModel.Validation int8 = validator.apply(rounded);
        double global = float32.global().userAuc() - int8.global().userAuc();
        double personalized = float32.meanUserAuc() - int8.meanUserAuc();
        boolean written =
                option == ItemTableOption.INT8 || global <= MOST_LOSS && personalized <= MOST_LOSS;
        Int8Items items = new Int8Items(global, personalized, written);
        return written
                ? new Choice(rounded, int8.with(items))
                : new Choice(model, float32.with(items));
    }

    /** Returns a line for a person. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "Item table: %s; int8 takes %.5f of the global userAuc and %.5f of the personalized"
                        + " one (at most %.4f is taken without asking)",
                written ? "int8" : "float32",
                globalLoss,
                personalizedLoss,
                MOST_LOSS);
    }
}
