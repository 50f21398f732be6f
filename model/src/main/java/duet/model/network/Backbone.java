package duet.model.network;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Lists the backbones a universal meta network can have: what turns a device's window into its user
 * state.
 */
public enum Backbone {
    /** Applies self-attention to the window (Kang and McAuley, 2018). */
    SASREC("sasrec"),

    /** Runs a gated recurrent unit over the window (Hidasi et al., 2016). */
    GRU4REC("gru4rec"),

    /**
     * Lets the candidate attend to the window (Zhou et al., 2018): the state depends on the
     * candidate.
     */
    DIN("din"),

    /**
     * Runs two layers over one raw input vector, for devices whose windows hold features instead of
     * items.
     */
    PERCEPTRON("perceptron");

    private final String id;

    Backbone(String id) {
        this.id = id;
    }

    /** Returns the name on the command line and in the manifest. */
    public String id() {
        return id;
    }

    /** Returns whether a user state belongs to one candidate instead of all. */
    public boolean dependsOnCandidate() {
        return this == DIN;
    }

    /** Returns whether it reads raw input vectors and not windows of items. */
    public boolean readsInputs() {
        return this == PERCEPTRON;
    }

    /**
     * Returns the backbone of that name.
     *
     * @throws InvalidInputException if there is none
     */
    public static Backbone of(String id) {
        return Arrays.stream(values())
                .filter(backbone -> backbone.id.equals(id))
                .findFirst()
                .orElseThrow(() -> unknown(id));
    }

    /**
     * Checks that a model of these sizes can have this backbone: raw inputs go with features as
     * wide as the model and no long memory of items on the device.
     *
     * @throws InvalidInputException if it cannot
     */
    public void requireFits(Dimensions dimensions) {
        int features = dimensions.features();
        if (readsInputs()
                && (features != dimensions.width() || !dimensions.deviceMemoryDecays().isEmpty())) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the backbone %s needs features as wide as the model, %d, and no long"
                                    + " memory on the device; features are %d",
                            id,
                            dimensions.width(),
                            features));
        }
    }

    private static InvalidInputException unknown(String id) {
        String known = Arrays.stream(values()).map(Backbone::id).collect(Collectors.joining(", "));
        return new InvalidInputException("unknown backbone \"" + id + "\", known: " + known);
    }
}
