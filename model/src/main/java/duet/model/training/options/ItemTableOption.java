package duet.model.training.options;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import duet.schemas.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says how a bundle stores the item table of the device, most of what a large catalogue takes. */
public enum ItemTableOption {
    /** As int8 where validation loses next to nothing by it, else as float32. */
    AUTO,

    /** As int8 with a scale for each row. */
    INT8,

    /** As float32. */
    FLOAT32;

    /** Returns the name on the command line, in plans and in the manifest. */
    @JsonValue
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the option of that name.
     *
     * @throws InvalidInputException if there is none
     */
    @JsonCreator
    public static ItemTableOption of(String id) {
        return Arrays.stream(values())
                .filter(option -> option.id().equals(id))
                .findFirst()
                .orElseThrow(
                        () ->
                                new InvalidInputException(
                                        String.format(
                                                Locale.ROOT,
                                                "unknown item table \"%s\", known: %s",
                                                id,
                                                Arrays.stream(values())
                                                        .map(ItemTableOption::id)
                                                        .collect(Collectors.joining(", ")))));
    }
}
