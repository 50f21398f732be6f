package duet.cli;

import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever was thrown into one line for the user and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {

    private static final String DEBUG = "DUET_DEBUG";

    private final BooleanSupplier verbose;

    Failures(BooleanSupplier verbose) {
        this.verbose = verbose;
    }

    @Override
    public int handleParseException(ParameterException exception, String[] args) {
        CommandLine command = exception.getCommandLine();
        Optional<InvalidInputException> input = cause(exception, InvalidInputException.class);
        String message = input.isPresent() ? input.get().getMessage() : usage(exception, command);
        print(command, message, exception);
        return Duet.BAD_INPUT;
    }

    @Override
    public int handleExecutionException(
            Exception exception, CommandLine command, ParseResult parsed) {
        return report(exception, command);
    }

    int report(Throwable thrown, CommandLine command) {
        Optional<InvalidInputException> input = cause(thrown, InvalidInputException.class);
        String message =
                input.map(Throwable::getMessage)
                        .or(
                                () ->
                                        MemoryShortage.of(
                                                thrown,
                                                Runtime.getRuntime().maxMemory(),
                                                isReducible(command)))
                        .orElseGet(() -> describe(thrown));
        print(command, message, thrown);
        return input.isPresent() ? Duet.BAD_INPUT : Duet.FAILURE;
    }

    /** Returns whether the command that ran can be told to read less. */
    private static boolean isReducible(CommandLine command) {
        ParseResult parsed = command.getParseResult();
        if (parsed == null) {
            return false;
        }
        while (parsed.hasSubcommand()) {
            parsed = parsed.subcommand();
        }
        return parsed.commandSpec().findOption("--where") != null;
    }

    private void print(CommandLine command, String message, Throwable thrown) {
        PrintWriter err = command.getErr();
        err.println("duet: " + OneLine.of(message.strip().replaceAll("\\s*\\R\\s*", " ")));
        if (verbose.getAsBoolean() || System.getenv(DEBUG) != null) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace, true));
            // Messages in it quote what came from outside.
            trace.toString().lines().map(Failures::shown).forEach(err::println);
        }
        err.flush();
    }

    private static String shown(String line) {
        return Stream.of(line.split("\t", -1)).map(OneLine::of).collect(Collectors.joining("\t"));
    }

    private static String usage(ParameterException exception, CommandLine command) {
        StringBuilder line = new StringBuilder(exception.getMessage());
        if (exception instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().get(0);
            if (command.getParent() == null && !first.startsWith("-")) {
                line = new StringBuilder("Unknown command '" + first + "'");
            }
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                line.append(", did you mean ").append(String.join(" or ", suggestions)).append('?');
            }
        }
        return line + " (see " + command.getCommandSpec().qualifiedName() + " --help)";
    }

    /**
     * Returns the message, and that of the innermost cause where the message does not have it yet.
     */
    private static String describe(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String outer = text(thrown);
        String inner = text(root);
        return outer.contains(inner) ? outer : outer + ": " + inner;
    }

    private static String text(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message;
    }

    private static <T extends Throwable> Optional<T> cause(Throwable thrown, Class<T> type) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }
}
