package duet.model.image.fashion;

import duet.model.image.DeviceGroup;
import duet.schemas.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Holds the photographs of Fashion-MNIST, grey, of {@value Photographs#SIDE} × {@value
 * Photographs#SIDE} pixels and {@value Photographs#CLASSES} classes. Each group of devices has
 * photographs that no other has: those of test devices are the test part of the data set, of its
 * training part five sixths are for training devices and the rest for validation devices.
 *
 * @param training photographs of training devices
 * @param validation photographs of validation devices
 * @param test photographs of test devices
 */
public record FashionMnist(Photographs training, Photographs validation, Photographs test) {
    /** The Debian package has its files here. */
    public static final String INSTALLED = "/usr/share/datasets/fashion-mnist";

    /** This installs it. */
    public static final String INSTALLATION = "apt-get install dataset-fashion-mnist";

    /** A part of the data set has at most so many photographs; the larger one has 60,000. */
    private static final int MOST_PHOTOGRAPHS = 70_000;

    /**
     * Reads the four files of the data set as they are published.
     *
     * @param folder where they are
     * @throws InvalidInputException naming what is missing and how to get it, or the file that is
     *     not sound
     */
    public static FashionMnist read(Path folder) {
        Photographs large = read(folder, "train");
        Photographs test = read(folder, "t10k");
        int training = large.count() - large.count() / 6;
        return new FashionMnist(
                large.part(0, training).requireEveryClass("training"),
                large.part(training, large.count()).requireEveryClass("validation"),
                test.requireEveryClass("test"));
    }

    /** Returns whether all files are in a folder, sound or not. */
    public static boolean isIn(Path folder) {
        for (String part : new String[] {"train", "t10k"}) {
            if (!Files.isRegularFile(images(folder, part))
                    || !Files.isRegularFile(labels(folder, part))) {
                return false;
            }
        }
        return true;
    }

    private static Photographs read(Path folder, String part) {
        IdxFile images =
                IdxFile.read(
                        present(images(folder, part)),
                        MOST_PHOTOGRAPHS,
                        Photographs.SIDE,
                        Photographs.SIDE);
        IdxFile labels = IdxFile.read(present(labels(folder, part)), MOST_PHOTOGRAPHS);
        return Photographs.of(images, labels);
    }

    private static Path images(Path folder, String part) {
        return folder.resolve(part + "-images-idx3-ubyte.gz");
    }

    private static Path labels(Path folder, String part) {
        return folder.resolve(part + "-labels-idx1-ubyte.gz");
    }

    private static Path present(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is not there: `%s` installs Fashion-MNIST (31 MB, MIT licence) in"
                                    + " %s, --data DIR names another place",
                            file,
                            INSTALLATION,
                            INSTALLED));
        }
        return file;
    }

    /** Returns the photographs that devices of a group see. */
    public Photographs of(DeviceGroup group) {
        return switch (group) {
            case TRAINING -> training;
            case VALIDATION -> validation;
            case TEST -> test;
        };
    }
}
