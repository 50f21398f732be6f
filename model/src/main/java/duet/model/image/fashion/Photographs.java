package duet.model.image.fashion;

import duet.schemas.InvalidInputException;
import java.util.Locale;
import java.util.stream.IntStream;

/** Holds labelled photographs, and which of them show a class. */
public final class Photographs {
    /** A photograph has so many rows and columns. */
    public static final int SIDE = 28;

    /** Labels are 0 to one less. */
    public static final int CLASSES = 10;

    private static final int PIXELS = SIDE * SIDE;

    private final IdxFile images;
    private final IdxFile labels;
    private final int from;
    private final int to;
    private final int[][] byClass;

    private Photographs(IdxFile images, IdxFile labels, int from, int to) {
        this.images = images;
        this.labels = labels;
        this.from = from;
        this.to = to;
        this.byClass =
                IntStream.range(0, CLASSES)
                        .mapToObj(
                                label ->
                                        IntStream.range(from, to)
                                                .filter(i -> labels.at(i) == label)
                                                .toArray())
                        .toArray(int[][]::new);
    }

    /**
     * Puts photographs and labels together.
     *
     * @throws InvalidInputException naming a file, if one has more values than the other, or a
     *     label is of no class
     */
    static Photographs of(IdxFile images, IdxFile labels) {
        if (images.count() != labels.count()) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s has %,d values for the %,d of %s",
                            labels.file(),
                            labels.count(),
                            images.count(),
                            images.file()));
        }
        for (int i = 0; i < labels.count(); i++) {
            if (labels.at(i) >= CLASSES) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s has the label %d as its value %,d, labels are 0 to %d",
                                labels.file(),
                                labels.at(i),
                                i + 1,
                                CLASSES - 1));
            }
        }
        return new Photographs(images, labels, 0, images.count());
    }

    /** Returns the photographs from one up to another. */
    Photographs part(int first, int end) {
        return new Photographs(images, labels, from + first, from + end);
    }

    Photographs requireEveryClass(String group) {
        for (int label = 0; label < CLASSES; label++) {
            if (byClass[label].length == 0) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s has no value %d among the %,d for %s devices",
                                labels.file(),
                                label,
                                count(),
                                group));
            }
        }
        return this;
    }

    /** Returns how many photographs there are. */
    public int count() {
        return to - from;
    }

    /** Returns how many photographs show a class. */
    int count(int label) {
        return byClass[label].length;
    }

    /** Returns the number-th photograph of a class. */
    Photograph photograph(int label, int number) {
        int start = byClass[label][number] * PIXELS;
        return (row, column) -> images.at(start + row * SIDE + column) / 255.0;
    }

    /** Says how much of a pixel a photographed thing covers. */
    @FunctionalInterface
    interface Photograph {
        /** Returns the coverage of a pixel inside the photograph, 0 to 1. */
        double coverage(int row, int column);
    }
}
