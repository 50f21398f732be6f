package duet.model.image;

import java.util.List;

/**
 * Says what is classified.
 *
 * @param name of the images, in the plural, as messages have it
 * @param inputs numbers of an image
 * @param labels of the classes, ascending
 */
public record ImageTask(String name, int inputs, List<Long> labels) {
    public ImageTask {
        labels = List.copyOf(labels);
    }

    /** Returns the labels of the classes as a vocabulary takes them. */
    public long[] classes() {
        return labels.stream().mapToLong(Long::longValue).toArray();
    }
}
