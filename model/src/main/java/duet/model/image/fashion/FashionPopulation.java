package duet.model.image.fashion;

import duet.model.image.ImagePopulation;
import duet.model.image.ImageTask;
import duet.model.image.PopulationSize;
import java.util.stream.LongStream;

/** Makes populations of devices that see the photographs of Fashion-MNIST. */
public final class FashionPopulation {
    /**
     * The population that the project's figures are measured on: 1,600 devices to learn from, 60 to
     * choose on, 100 to measure on. With 400 the generator overfitted.
     */
    public static final PopulationSize STANDARD = new PopulationSize(1_600, 60, 100, 160);

    /** Images have so many rows and columns unless something else is asked for. */
    public static final int SIDE = 14;

    private FashionPopulation() {}

    /** Makes the population that the project's figures are measured on. */
    public static ImagePopulation standard(long seed, FashionMnist data) {
        return of(seed, STANDARD, data, SIDE);
    }

    /**
     * Makes a population of that size.
     *
     * @param side rows and columns of the images that devices classify
     */
    public static ImagePopulation of(long seed, PopulationSize size, FashionMnist data, int side) {
        FashionCanvas canvas = new FashionCanvas(side);
        ImageTask task =
                new ImageTask(
                        "fashion",
                        canvas.inputs(),
                        LongStream.range(0, Photographs.CLASSES).boxed().toList());
        return ImagePopulation.draw(
                task,
                size,
                seed,
                (group, number, own) ->
                        new FashionDevice(
                                "fashion-" + group.id() + "-" + number,
                                own,
                                data.of(group),
                                canvas));
    }
}
