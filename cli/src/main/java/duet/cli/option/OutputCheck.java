package duet.cli.option;

import duet.cli.option.Output.Kind;
import duet.interactions.LogSource;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Refuses to write over what a command reads, or into a bundle, before anything is read: a slip in
 * a command line must not cost a log or a model.
 */
public final class OutputCheck {

    /** Holds what an option, or whatever else, names. */
    private record Named(String by, Path path) {}

    private final List<Named> inputs = new ArrayList<>();

    /**
     * Checks what was parsed, by the annotations of the command's options.
     *
     * @throws InvalidInputException naming the output, and the input or the bundle that it hits
     */
    public static void check(CommandSpec command) {
        List<ArgSpec> all = new ArrayList<>(command.options());
        all.addAll(command.positionalParameters());
        List<ArgSpec> outputs =
                all.stream()
                        .filter(arg -> annotation(arg, Output.class) != null)
                        .filter(arg -> arg.getValue() != null)
                        .toList();
        if (outputs.isEmpty()) {
            return;
        }
        OutputCheck check = new OutputCheck();
        for (ArgSpec arg : all) {
            if (annotation(arg, Output.class) == null) {
                read(arg).forEach(path -> check.input(name(arg), path));
            }
        }
        for (ArgSpec arg : outputs) {
            Path path = arg.getValue();
            Output output = annotation(arg, Output.class);
            check.require(name(arg), path, output.value(), output.files());
            // Two outputs must not be one, either.
            check.input(name(arg), path);
        }
    }

    /** Adds a file or directory that is read, if there is such a one. */
    public void input(String by, Path path) {
        inputs.add(new Named(by, path));
    }

    /** Adds the files that a path or a pattern names. */
    public void inputs(String by, String files) {
        found(files).forEach(path -> input(by, path));
    }

    /**
     * Refuses an output that would hit an input or a bundle.
     *
     * @param files names of what is written in a directory
     * @throws InvalidInputException naming the output and what it hits
     */
    public void require(String by, Path output, Kind kind, String... files) {
        switch (kind) {
            case FILE -> requireFile(by, output);
            case PAGE -> {
                requireFile(by, output);
                Path folder = folder(output);
                requireDirectory(by, folder);
                inputs.stream()
                        .filter(input -> Files.isRegularFile(input.path))
                        .filter(input -> folder.equals(real(input.path).getParent()))
                        .findFirst()
                        .ifPresent(input -> refuse(by, folder, input));
            }
            case DIRECTORY -> {
                requireDirectory(by, output);
                for (String file : files) {
                    requireFile(by, output.resolve(file));
                }
            }
            case BUNDLE -> {
                Path target = real(output);
                inputs.stream()
                        .filter(input -> Files.exists(input.path))
                        .filter(input -> real(input.path).startsWith(target))
                        .findFirst()
                        .ifPresent(input -> refuse(by, output, input));
            }
        }
    }

    private void requireFile(String by, Path file) {
        for (Named input : inputs) {
            if (isSame(file, input.path)) {
                refuse(by, file, input);
            }
        }
        Path folder = real(file).getParent();
        if (folder != null) {
            requireNoBundle(by, file, folder);
        }
    }

    private void requireDirectory(String by, Path directory) {
        Path target = real(directory);
        requireNoBundle(by, directory, target);
        for (Named input : inputs) {
            if (Files.isDirectory(input.path) && target.equals(real(input.path))) {
                refuse(by, directory, input);
            }
        }
    }

    /** Refuses to write into a directory that is read, or into any bundle: it would be altered. */
    private void requireNoBundle(String by, Path output, Path directory) {
        for (Named input : inputs) {
            if (Files.isDirectory(input.path)
                    && Files.exists(input.path.resolve(ModelBundle.MANIFEST))
                    && directory.startsWith(real(input.path))) {
                refuse(by, output, input);
            }
        }
        if (Files.exists(directory.resolve(ModelBundle.MANIFEST_HASH))) {
            throw new InvalidInputException(
                    by
                            + " "
                            + output
                            + " would alter the bundle in "
                            + directory
                            + ": name another place");
        }
    }

    private static void refuse(String by, Path output, Named input) {
        throw new InvalidInputException(
                by
                        + " "
                        + output
                        + " would be written over "
                        + input.by
                        + " "
                        + input.path
                        + ": name another place");
    }

    private static boolean isSame(Path one, Path other) {
        try {
            // Where both are there, also by another name: a link, or a file system without case.
            return Files.exists(one) && Files.exists(other)
                    ? Files.isSameFile(one, other)
                    : real(one).equals(real(other));
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the folder of a page's charts. */
    private static Path folder(Path page) {
        Path whole = real(page);
        return whole.resolveSibling(whole.getFileName().toString().replaceAll("\\.md$", ""));
    }

    /** Returns a path without links, as far as there is something there. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            Path whole = path.toAbsolutePath().normalize();
            Path parent = whole.getParent();
            return parent == null ? whole : real(parent).resolve(whole.getFileName());
        }
    }

    private static List<Path> read(ArgSpec arg) {
        Object value = arg.getValue();
        if (value instanceof Path path) {
            return List.of(path);
        }
        if (value instanceof Collection<?> many) {
            return many.stream().filter(Path.class::isInstance).map(Path.class::cast).toList();
        }
        return value instanceof String text && annotation(arg, Input.class) != null
                ? found(text)
                : List.of();
    }

    private static List<Path> found(String files) {
        try {
            return LogSource.of(files, null).paths();
        } catch (InvalidInputException | InvalidPathException e) {
            // There is nothing to lose; the command itself says what is wrong with it.
            return List.of();
        }
    }

    private static <T extends java.lang.annotation.Annotation> @Nullable T annotation(
            ArgSpec arg, Class<T> type) {
        return arg.userObject() instanceof AnnotatedElement element
                ? element.getAnnotation(type)
                : null;
    }

    private static String name(ArgSpec arg) {
        return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
    }
}
