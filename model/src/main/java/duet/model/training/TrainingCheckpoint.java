package duet.model.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Safetensors;
import duet.schemas.bundle.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Keeps where a training stands in a directory, epoch by epoch: weights as safetensors, and a
 * description that names them with their hashes. The description is replaced at once and after the
 * weights are on disk, so that a training that is killed at any moment finds a whole epoch.
 */
public final class TrainingCheckpoint implements PhaseMemory {
    private static final String DESCRIPTION = "checkpoint.json";
    private static final String FRESH = DESCRIPTION + ".new";
    private static final int VERSION = 2;
    private static final int MAX_DESCRIPTION_BYTES = 16 << 20;
    private static final int MOST_SETS = 4;
    private static final Pattern WEIGHTS = Pattern.compile("[a-z]{1,16}-\\d{1,9}-[a-z]{1,16}\\d?");
    private static final String SUFFIX = ".safetensors";
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    /** Holds which weights a phase needs and what else it needs. */
    private record Phase(
            List<EpochMetrics> epochs,
            int steps,
            List<int[]> chances,
            SortedMap<String, String> hashes) {
        Phase {
            epochs = List.copyOf(epochs);
            chances = List.copyOf(chances);
            Objects.requireNonNull(hashes);
        }
    }

    private record Description(
            int version,
            SortedMap<String, String> training,
            SortedMap<TrainingPhase, Phase> phases) {
        Description {
            training.values().forEach(Objects::requireNonNull);
            phases.values().forEach(Objects::requireNonNull);
        }
    }

    private final Path directory;
    private final SortedMap<String, String> training;

    /** Holds what is on disk; whoever interrupts the training may ask for it. */
    private final SortedMap<TrainingPhase, Phase> phases = new ConcurrentSkipListMap<>();

    private TrainingCheckpoint(Path directory, SortedMap<String, String> training) {
        this.directory = directory;
        this.training = new TreeMap<>(training);
    }

    /** Returns where the checkpoint of a training lies that writes to this bundle. */
    public static Path beside(Path bundle) {
        Path whole = bundle.toAbsolutePath().normalize();
        return whole.resolveSibling(whole.getFileName() + ".training");
    }

    /** Returns whether a directory holds a checkpoint. */
    public static boolean isIn(Path directory) {
        return Files.isRegularFile(directory.resolve(DESCRIPTION));
    }

    /**
     * Starts without anything kept; what another training kept there is replaced.
     *
     * @param training what decides what it gives, by name
     * @throws InvalidInputException if something else lies there
     */
    public static TrainingCheckpoint fresh(Path directory, SortedMap<String, String> training) {
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(directory, training);
        checkpoint.requireNothingElse();
        checkpoint.delete();
        return checkpoint;
    }

    /**
     * Returns what differs between a training and the one that was kept.
     *
     * @param training as for {@link #fresh}
     * @throws InvalidInputException if nothing was kept, or if it cannot be read
     */
    public static List<TrainingFingerprint.Difference> differences(
            Path directory, SortedMap<String, String> training) {
        return TrainingFingerprint.differences(
                read(directory.resolve(DESCRIPTION)).training, training);
    }

    /**
     * Takes up what a training kept.
     *
     * @param training as for {@link #fresh}
     * @throws InvalidInputException if nothing was kept, if it cannot be read, or if it is of
     *     another training, naming what differs first
     */
    public static TrainingCheckpoint resume(Path directory, SortedMap<String, String> training) {
        Description description = read(directory.resolve(DESCRIPTION));
        for (TrainingFingerprint.Difference difference :
                TrainingFingerprint.differences(description.training, training)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is of a training with %s %s, not %s: resume it with the same log"
                                    + " and options, or train without --resume",
                            directory,
                            difference.name(),
                            Objects.requireNonNullElse(difference.kept(), "nothing"),
                            Objects.requireNonNullElse(difference.wanted(), "nothing")));
        }
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(directory, training);
        checkpoint.phases.putAll(description.phases);
        return checkpoint;
    }

    private static Description read(Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_DESCRIPTION_BYTES) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s has %,d bytes, the limit is %,d",
                                file,
                                size,
                                MAX_DESCRIPTION_BYTES));
            }
            byte[] bytes = Files.readAllBytes(file);
            int version = JSON.readTree(bytes).path("version").asInt();
            if (version != VERSION) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s has version %d, only %d is read: train without --resume",
                                file,
                                version,
                                VERSION));
            }
            return Objects.requireNonNull(JSON.readValue(bytes, Description.class));
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(
                    file.getParent() + " holds no interrupted training to resume", e);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    file + " describes no interrupted training: train without --resume", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read", e);
        }
    }

    /** Returns what was kept last, in words; empty if nothing was. */
    public Optional<String> last() {
        return phases.entrySet().stream()
                .reduce((earlier, later) -> later)
                .map(
                        last ->
                                String.format(
                                        Locale.ROOT,
                                        "epoch %d of the phase %s",
                                        last.getValue().epochs.size(),
                                        last.getKey().name().toLowerCase(Locale.ROOT)));
    }

    @Override
    public Optional<PhaseState> recall(TrainingPhase phase) {
        Phase kept = phases.get(phase);
        if (kept == null) {
            return Optional.empty();
        }
        return Optional.of(
                new PhaseState(
                        kept.epochs,
                        sets(kept, "trained"),
                        sets(kept, "averaged"),
                        sets(kept, "best"),
                        tensors(kept, "means"),
                        tensors(kept, "variances"),
                        kept.steps,
                        kept.chances));
    }

    private List<Map<String, Tensor>> sets(Phase kept, String role) {
        List<Map<String, Tensor>> sets = new ArrayList<>();
        while (sets.size() < MOST_SETS && kept.hashes.containsKey(role + sets.size())) {
            sets.add(tensors(kept, role + sets.size()));
        }
        return sets;
    }

    private Map<String, Tensor> tensors(Phase kept, String role) {
        String[] named = Objects.requireNonNullElse(kept.hashes.get(role), "").split(" ", 2);
        if (named.length != 2 || !WEIGHTS.matcher(named[0]).matches()) {
            throw new InvalidInputException(
                    directory.resolve(DESCRIPTION) + " names no weights as " + role);
        }
        Path file = directory.resolve(named[0] + SUFFIX);
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (!sha256(bytes).equals(named[1])) {
                throw new InvalidInputException(
                        file + " is not what was written there: train without --resume");
            }
            return Safetensors.decode(bytes, file.toString());
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read", e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws UncheckedIOException if it cannot be written
     */
    @Override
    public void keep(TrainingPhase phase, PhaseState state) {
        String prefix = phase.name().toLowerCase(Locale.ROOT) + "-" + state.epochs().size() + "-";
        SortedMap<String, String> hashes = new TreeMap<>();
        try {
            Files.createDirectories(directory);
            for (int i = 0; i < state.trained().size(); i++) {
                write(prefix, "trained" + i, state.trained().get(i), hashes);
                write(prefix, "averaged" + i, state.averaged().get(i), hashes);
                write(prefix, "best" + i, state.best().get(i), hashes);
            }
            write(prefix, "means", state.means(), hashes);
            write(prefix, "variances", state.variances(), hashes);
            SortedMap<TrainingPhase, Phase> all = new TreeMap<>(phases);
            all.put(phase, new Phase(state.epochs(), state.steps(), state.chances(), hashes));
            write(
                    directory.resolve(FRESH),
                    JSON.writeValueAsBytes(new Description(VERSION, training, all)));
            Files.move(
                    directory.resolve(FRESH),
                    directory.resolve(DESCRIPTION),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
            phases.putAll(all);
            deleteAllBut(needed());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the training in " + directory, e);
        }
    }

    private void write(
            String prefix,
            String role,
            Map<String, Tensor> tensors,
            SortedMap<String, String> hashes)
            throws IOException {
        byte[] bytes = Safetensors.encode(tensors);
        write(directory.resolve(prefix + role + SUFFIX), bytes);
        hashes.put(role, prefix + role + " " + sha256(bytes));
    }

    /** Writes a file and waits until it is on disk. */
    private static void write(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }

    private Set<String> needed() {
        Set<String> needed = new HashSet<>();
        needed.add(DESCRIPTION);
        phases.values()
                .forEach(
                        kept ->
                                kept.hashes
                                        .values()
                                        .forEach(
                                                named -> needed.add(named.split(" ")[0] + SUFFIX)));
        return needed;
    }

    /**
     * Deletes the checkpoint: the training has come to its end. The directory stays where something
     * else has come to lie in it.
     *
     * @throws UncheckedIOException if it cannot be deleted
     */
    public void delete() {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            // The description first: without it, what is left counts for nothing.
            Files.deleteIfExists(directory.resolve(DESCRIPTION));
            deleteAllBut(Set.of());
            if (files().isEmpty()) {
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }

    /** Deletes what belongs to a checkpoint and is not needed; whatever else lies there stays. */
    private void deleteAllBut(Set<String> needed) throws IOException {
        for (Path file : files()) {
            if (isOwn(file) && !needed.contains(file.getFileName().toString())) {
                Files.delete(file);
            }
        }
    }

    private void requireNothingElse() {
        try {
            for (Path file : files()) {
                if (!isOwn(file)) {
                    throw new InvalidInputException(
                            file + " is no part of an interrupted training: move it away");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory, e);
        }
    }

    private List<Path> files() throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> listed = Files.list(directory)) {
            return listed.sorted().toList();
        }
    }

    private static boolean isOwn(Path file) {
        String name = file.getFileName().toString();
        return name.equals(DESCRIPTION)
                || name.equals(FRESH)
                || name.endsWith(SUFFIX)
                        && WEIGHTS.matcher(name.substring(0, name.length() - SUFFIX.length()))
                                .matches();
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(TrainingFingerprint.newSha256().digest(bytes));
    }
}
