package duet.bench.profile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/**
 * Records a process, which may be this one, with its JVM's flight recorder, started and stopped
 * from outside.
 */
public final class FlightRecording {
    private static final String NAME = "duet-bench";
    private static final String SETTINGS = "sampling.jfc";
    private static final long COMMAND_SECONDS = 300;

    private final long process;
    private final Path file;

    private FlightRecording(long process, Path file) {
        this.process = process;
        this.file = file;
    }

    /**
     * Starts to sample the threads of a process.
     *
     * @param process its id
     * @param directory where the recording is to be, its own
     * @throws IOException if the JVM there refuses
     */
    public static FlightRecording start(long process, Path directory) throws IOException {
        Path settings = directory.resolve(SETTINGS);
        try (InputStream in = FlightRecording.class.getResourceAsStream(SETTINGS)) {
            Files.copy(in, settings, StandardCopyOption.REPLACE_EXISTING);
        }
        command(process, "JFR.start", "name=" + NAME, "settings=" + settings);
        return new FlightRecording(process, directory.resolve(process + ".jfr"));
    }

    /**
     * Ends the recording.
     *
     * @param from the first moment whose samples are wanted
     * @param to the last one
     * @return the samples, in their order
     * @throws IOException if the JVM refuses, or what it wrote cannot be read
     */
    public List<Attribution.Sample> stop(Instant from, Instant to) throws IOException {
        command(process, "JFR.stop", "name=" + NAME, "filename=" + file);
        List<Attribution.Sample> samples = new ArrayList<>();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (event.getStartTime().isBefore(from) || event.getStartTime().isAfter(to)) {
                    continue;
                }
                boolean inNative = event.getEventType().getName().equals("jdk.NativeMethodSample");
                if (inNative || event.getEventType().getName().equals("jdk.ExecutionSample")) {
                    samples.add(sample(event, inNative));
                }
            }
        } finally {
            Files.deleteIfExists(file);
        }
        return samples;
    }

    private static Attribution.Sample sample(RecordedEvent event, boolean inNative) {
        List<String> methods = new ArrayList<>();
        if (event.getStackTrace() != null) {
            for (RecordedFrame frame : event.getStackTrace().getFrames()) {
                RecordedMethod method = frame.getMethod();
                methods.add(method.getType().getName() + '.' + method.getName());
            }
        }
        return new Attribution.Sample(
                event.getThread("sampledThread") == null
                        ? 0
                        : event.getThread("sampledThread").getOSThreadId(),
                inNative,
                methods);
    }

    private static void command(long process, String... command) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        line.add(Long.toString(process));
        line.addAll(List.of(command));
        Path output = Files.createTempFile("duet-jcmd-", ".out");
        try {
            Process jcmd =
                    new ProcessBuilder(line)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            try {
                if (!jcmd.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
                    throw new IOException(
                            String.format(
                                    Locale.ROOT,
                                    "%s of process %d failed: %s",
                                    command[0],
                                    process,
                                    Files.readString(output, StandardCharsets.UTF_8).strip()));
                }
            } finally {
                jcmd.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(output);
        }
    }
}
