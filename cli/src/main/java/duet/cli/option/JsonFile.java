package duet.cli.option;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Says which file a command writes its figures to, where one is wanted. */
public final class JsonFile {

    @Output(Output.Kind.FILE)
    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "File to write the figures to, as JSON.")
    private @Nullable Path file;

    /**
     * Fails before the work is done, where its result could not be written.
     *
     * @throws InvalidInputException naming the file
     */
    public void check() {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(file + " cannot be written: it is a directory");
        }
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new InvalidInputException(
                    file + " cannot be written: " + folder + " is not a directory to write to");
        }
    }

    public void write(Object document) {
        if (file == null) {
            return;
        }
        try {
            byte[] json =
                    new ObjectMapper()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .writeValueAsBytes(document);
            WrittenFile.replace(file, out -> out.write(json));
        } catch (IOException e) {
            throw new IllegalStateException("cannot write " + file, e);
        }
    }
}
