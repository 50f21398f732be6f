package duet.model.image;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Holds devices in three groups that have none in common.
 *
 * @param task what they classify
 * @param training a model learns from these
 * @param validation its choices are made on these
 * @param test it is measured on these
 * @param samples samples of each device
 */
public record ImagePopulation(
        ImageTask task,
        List<ImageDevice> training,
        List<ImageDevice> validation,
        List<ImageDevice> test,
        int samples) {
    public ImagePopulation {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
        test = List.copyOf(test);
    }

    /** Makes one device. */
    @FunctionalInterface
    public interface DeviceFactory {
        /**
         * Makes a device.
         *
         * @param number of the device within its group, from 0
         * @param seed of all that is the device's own
         */
        ImageDevice device(DeviceGroup group, int number, long seed);
    }

    /** Makes a population; every device gets a seed of its own from the one that is given. */
    public static ImagePopulation draw(
            ImageTask task, PopulationSize size, long seed, DeviceFactory factory) {
        SplittableRandom random = new SplittableRandom(seed);
        return new ImagePopulation(
                task,
                group(DeviceGroup.TRAINING, size, random, factory),
                group(DeviceGroup.VALIDATION, size, random, factory),
                group(DeviceGroup.TEST, size, random, factory),
                size.samples());
    }

    private static List<ImageDevice> group(
            DeviceGroup group,
            PopulationSize size,
            SplittableRandom random,
            DeviceFactory factory) {
        List<ImageDevice> devices = new ArrayList<>();
        for (int i = 0; i < size.of(group); i++) {
            devices.add(factory.device(group, i, random.nextLong()));
        }
        return devices;
    }
}
