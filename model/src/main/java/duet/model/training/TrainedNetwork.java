package duet.model.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.model.network.Backbone;
import duet.model.training.options.PhaseOptions;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Safetensors;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Holds a universal meta network without a generator, on which any number of generators can be
 * trained. It consists of plain Java values, no native memory.
 *
 * @param backbone what it is built on
 * @param seed of its training
 * @param phase options of its training
 * @param dimensions sizes; those of the generator are the ones it was trained beside and mean
 *     nothing
 * @param vocabulary raw item ids by index
 * @param device tensors of {@code device.safetensors}
 * @param epochs every epoch, in order
 * @param globalValidation ranking of the validation positives
 */
public record TrainedNetwork(
        Backbone backbone,
        long seed,
        PhaseOptions phase,
        Dimensions dimensions,
        Vocabulary vocabulary,
        Map<String, Tensor> device,
        List<EpochMetrics> epochs,
        RankingMetrics globalValidation) {
    private static final String WEIGHTS = "network.safetensors";
    private static final String DESCRIPTION = "network.json";
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    /** Holds everything but the weights. */
    private record Description(
            String backbone,
            long seed,
            PhaseOptions phase,
            Dimensions dimensions,
            List<EpochMetrics> epochs,
            RankingMetrics globalValidation,
            long[] vocabulary) {}

    /**
     * Writes the network into a directory. The description comes last and at once: a directory that
     * has one is complete.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public void write(Path directory) {
        Description description =
                new Description(
                        backbone.id(),
                        seed,
                        phase,
                        dimensions,
                        epochs,
                        globalValidation,
                        vocabulary.ids());
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(directory.resolve(DESCRIPTION));
            Files.write(directory.resolve(WEIGHTS), Safetensors.encode(device));
            Path fresh = directory.resolve(DESCRIPTION + ".new");
            Files.write(fresh, JSON.writeValueAsBytes(description));
            Files.move(fresh, directory.resolve(DESCRIPTION), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the network to " + directory, e);
        }
    }

    /** Returns whether a directory holds a network that was written to its end. */
    public static boolean isIn(Path directory) {
        return Files.isRegularFile(directory.resolve(DESCRIPTION));
    }

    /**
     * Reads a network.
     *
     * @throws InvalidInputException if the directory holds none, or one that cannot be read, naming
     *     the file
     */
    public static TrainedNetwork read(Path directory) {
        Path file = directory.resolve(DESCRIPTION);
        try {
            Description description = JSON.readValue(Files.readAllBytes(file), Description.class);
            return new TrainedNetwork(
                    Backbone.of(description.backbone),
                    description.seed,
                    description.phase,
                    description.dimensions,
                    Vocabulary.of(description.vocabulary),
                    Safetensors.read(directory.resolve(WEIGHTS)),
                    description.epochs,
                    description.globalValidation);
        } catch (JsonProcessingException | NullPointerException e) {
            throw new InvalidInputException(file + " describes no trained network", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read", e);
        }
    }

    /**
     * Checks that a generator with these options can be trained on this network: all that made the
     * network is the same.
     *
     * @throws InvalidInputException naming what differs
     */
    void requireFit(TrainingOptions options, Vocabulary ofLog) {
        Dimensions wanted = options.sizes().dimensions(ofLog.size());
        require("backbone", backbone, options.backbone());
        require("seed", seed, options.seed());
        require("network options", phase, options.network());
        require("number of items", vocabulary.size(), ofLog.size());
        if (!Arrays.equals(vocabulary.ids(), ofLog.ids())) {
            throw new InvalidInputException(
                    "the network was trained on other items than the log's");
        }
        require("window", dimensions.window(), wanted.window());
        require("width", dimensions.width(), wanted.width());
        require("blocks", dimensions.blocks(), wanted.blocks());
        require("heads", dimensions.heads(), wanted.heads());
        require("feedForward", dimensions.feedForward(), wanted.feedForward());
        require("dynamicLayers", dimensions.dynamicLayers(), wanted.dynamicLayers());
        require("deviceMemoryDecays", dimensions.deviceMemoryDecays(), wanted.deviceMemoryDecays());
        if (!dimensions.deviceMemoryDecays().isEmpty()) {
            require("history", dimensions.history(), wanted.history());
        }
    }

    private static void require(String name, Object trained, Object wanted) {
        if (!Objects.equals(trained, wanted)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the network was trained with %s %s, not %s",
                            name,
                            trained,
                            wanted));
        }
    }
}
