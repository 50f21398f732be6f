package duet.model.image;

import duet.schemas.InvalidInputException;

/**
 * Says how large a population is.
 *
 * @param training devices to learn from
 * @param validation devices to choose on
 * @param test devices to measure on
 * @param samples samples of each device
 * @throws InvalidInputException naming what there is none of
 */
public record PopulationSize(int training, int validation, int test, int samples) {
    public PopulationSize {
        requirePositive("training devices", training);
        requirePositive("validation devices", validation);
        requirePositive("test devices", test);
        requirePositive("samples", samples);
    }

    int of(DeviceGroup group) {
        return switch (group) {
            case TRAINING -> training;
            case VALIDATION -> validation;
            case TEST -> test;
        };
    }

    private static void requirePositive(String what, int count) {
        if (count < 1) {
            throw new InvalidInputException(count + " " + what + ", at least 1 is needed");
        }
    }
}
