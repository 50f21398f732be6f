package duet.embedded.cli;

import duet.embedded.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code duet experiment} runs. Found by {@link java.util.ServiceLoader}: it trains, so it stands where the training
 * engine is on the class path.
 */
public interface Experiments {

    /**
     * What is wanted.
     *
     * @param plan file with the plan
     * @param out directory of the results; null for the usual one
     * @param jobs processes that work at the same time
     * @param renderOnly whether to render what there is and run nothing
     * @param include directories of other plans' results that are rendered, too
     * @param report Markdown file to render; null for the one in the directory of the results
     * @param worker whether this process works for another one, which renders
     */
    record Request(
            Path plan,
            Path out,
            int jobs,
            boolean renderOnly,
            List<Path> include,
            Path report,
            boolean worker) {}

    /**
     * Runs the cells that are not finished yet, then renders.
     *
     * @throws duet.schemas.InvalidInputException if the plan or a directory is bad
     * @throws IllegalStateException if cells failed
     */
    void run(Request request, Terminal terminal);
}
