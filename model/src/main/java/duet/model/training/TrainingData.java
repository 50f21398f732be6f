package duet.model.training;

import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.training.options.TrainingOptions;
import duet.model.training.sample.ModelInputs;
import duet.model.training.sample.Preparation;
import duet.model.training.sample.TrainingSet;
import duet.model.training.sample.ValidationSet;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Vocabulary;
import java.util.SplittableRandom;

/**
 * Holds a log as training sees it.
 *
 * @param vocabulary of all items that training may see
 * @param dimensions sizes of the model
 * @param set training positives
 * @param inputs what models read of the set
 * @param validation what selects models
 */
record TrainingData(
        Vocabulary vocabulary,
        Dimensions dimensions,
        TrainingSet set,
        ModelInputs inputs,
        ValidationSet validation) {

    /**
     * Prepares a log.
     *
     * @param random what validation's negatives are drawn with
     * @param listener told how far it is
     * @throws InvalidInputException if the log has a single user, a single item or nothing to rank
     *     against, or if the backbone reads no windows of items
     */
    static TrainingData of(
            InteractionLog log,
            TrainingOptions options,
            SplittableRandom random,
            Preparation.Listener listener) {
        if (options.backbone().readsInputs()) {
            throw new InvalidInputException(
                    "the backbone "
                            + options.backbone().id()
                            + " reads input vectors, "
                            + log.source()
                            + " holds items");
        }
        EvaluationSplit split = options.split().of(log).forTraining();
        Vocabulary vocabulary = split.vocabulary();
        Dimensions dimensions = options.sizes().dimensions(vocabulary.size());
        TrainingSet set = new TrainingSet(split, vocabulary, listener);
        ModelInputs inputs = new ModelInputs(set, dimensions);
        ValidationSet validation =
                new ValidationSet(
                        split,
                        inputs,
                        vocabulary,
                        options.log().validationNegatives(),
                        random,
                        listener);
        return new TrainingData(vocabulary, dimensions, set, inputs, validation);
    }
}
