package duet.simulator.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What it ran on.
 *
 * @param cores processors this JVM may use
 * @param heapMegabytes largest heap of this JVM
 * @param java version and vendor
 * @param os name, version and architecture
 */
@JsonPropertyOrder({"cores", "heapMegabytes", "java", "os"})
public record MachineFacts(int cores, long heapMegabytes, String java, String os) {
    /** Of this JVM. */
    public static MachineFacts current() {
        return new MachineFacts(
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20,
                System.getProperty("java.version") + ", " + System.getProperty("java.vendor"),
                System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version")
                        + ", "
                        + System.getProperty("os.arch"));
    }
}
