package duet.model.training;

import duet.schemas.InvalidInputException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Backbones a universal meta network can have. */
public enum Backbone {
    SASREC("sasrec");

    private final String id;

    Backbone(String id) {
        this.id = id;
    }

    /** Name on the command line and in the manifest. */
    public String id() {
        return id;
    }

    /**
     * The backbone of that name.
     *
     * @throws InvalidInputException if there is none
     */
    public static Backbone of(String id) {
        return Arrays.stream(values())
                .filter(backbone -> backbone.id.equals(id))
                .findFirst()
                .orElseThrow(
                        () ->
                                new InvalidInputException(
                                        "unknown backbone \"%s\", known: %s"
                                                .formatted(
                                                        id,
                                                        Arrays.stream(values())
                                                                .map(Backbone::id)
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", ")))));
    }
}
