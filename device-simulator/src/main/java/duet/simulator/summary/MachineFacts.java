package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Describes the machine that a run ran on.
 *
 * @param cores processors this JVM may use
 * @param processor what the operating system calls the processor; empty where it does not say
 * @param memoryMegabytes memory of the machine or of the container; 0 where this JVM does not tell
 * @param heapMegabytes largest heap of this JVM
 * @param java version and vendor
 * @param os name, version and architecture
 */
@JsonPropertyOrder({"cores", "processor", "memoryMegabytes", "heapMegabytes", "java", "os"})
public record MachineFacts(
        int cores,
        String processor,
        long memoryMegabytes,
        long heapMegabytes,
        String java,
        String os) {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final String PROCESSOR_NAME = "model name";

    /** Describes the machine of this JVM. */
    public static MachineFacts current() {
        return new MachineFacts(
                Runtime.getRuntime().availableProcessors(),
                processorName(),
                physicalMegabytes(),
                Runtime.getRuntime().maxMemory() >> 20,
                System.getProperty("java.version") + ", " + System.getProperty("java.vendor"),
                System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version")
                        + ", "
                        + System.getProperty("os.arch"));
    }

    private static String processorName() {
        try (Stream<String> lines = Files.lines(PROCESSORS, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith(PROCESSOR_NAME))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("");
        } catch (IOException | UncheckedIOException e) {
            return ""; // Another operating system than Linux.
        }
    }

    private static long physicalMegabytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize() >> 20
                : 0;
    }
}
