package duet.cli.option;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;

/** Opens a model for the commands whose devices interact with items. */
public final class ItemModel {
    private ItemModel() {}

    /**
     * Opens a bundle.
     *
     * @throws InvalidInputException if it is no bundle, or its model reads feature vectors
     */
    public static ModelBundle open(Path directory) {
        ModelBundle bundle = ModelBundle.open(directory);
        int features = bundle.dimensions().features();
        if (features > 0) {
            throw new InvalidInputException(
                    "the model in "
                            + directory
                            + " reads vectors of "
                            + features
                            + " features, here devices interact with items");
        }
        return bundle;
    }
}
