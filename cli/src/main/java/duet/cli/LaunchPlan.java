package duet.cli;

import duet.cli.launch.Launch;
import duet.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * Writes down what the {@code duet} script has to know of the commands, when they are built: the
 * script itself knows none.
 *
 * <p>A line says for which words of a command line it holds, all of which have to be there, the
 * command first; what is built for it, separated by spaces; whether as {@code jars} or as {@code
 * classes}; and options of the JVM. The four stand between bars.
 */
public final class LaunchPlan {

    private LaunchPlan() {}

    /**
     * Writes the plan of all commands.
     *
     * @param args the file
     */
    public static void main(String[] args) throws IOException {
        Files.write(Path.of(args[0]), lines(), StandardCharsets.UTF_8);
    }

    /** Returns the lines of all commands that ask for something. */
    static List<String> lines() {
        Terminal nowhere =
                new Terminal(
                        new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
                        false,
                        100);
        List<String> lines = new ArrayList<>();
        for (Object command : Duet.commands(nowhere)) {
            CommandLine line = Duet.line(command);
            Class<?> type = line.getCommand().getClass();
            add(lines, line.getCommandName(), type.getAnnotation(Launch.class));
            for (Field field : type.getDeclaredFields()) {
                Option option = field.getAnnotation(Option.class);
                if (option != null) {
                    add(
                            lines,
                            line.getCommandName() + " " + option.names()[0],
                            field.getAnnotation(Launch.class));
                }
            }
        }
        return lines;
    }

    private static void add(List<String> lines, String words, Launch launch) {
        if (launch != null) {
            lines.add(
                    String.join(
                            "|",
                            words,
                            String.join(" ", launch.modules()),
                            launch.jars() ? "jars" : "classes",
                            String.join(" ", launch.jvm())));
        }
    }
}
