package duet.cluster.chaos;

import duet.cluster.Cluster;
import duet.cluster.ClusterLayout;
import duet.cluster.ClusterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what memory a TaskManager holds, the largest of a cluster.
 *
 * @param heapBytes objects on its heap that something still refers to, right after a full
 *     collection
 * @param residentBytes memory of the whole process, that of the natives and of RocksDB included
 */
record TaskManagerMemory(long heapBytes, long residentBytes) {

    /** Matches the last line of a histogram of classes. */
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    private static final int SHOWN = 200;

    /**
     * Measures all TaskManagers of a cluster; each collects its garbage for that.
     *
     * @throws IllegalStateException if one does not run, or does not tell
     */
    static TaskManagerMemory of(Cluster cluster) {
        long heap = 0;
        long resident = 0;
        for (int id = 1; id <= cluster.shape().taskManagers(); id++) {
            String name = ClusterLayout.taskManager(id);
            ClusterProcess process =
                    cluster.process(name)
                            .orElseThrow(() -> new IllegalStateException(name + " does not run"));
            heap = Math.max(heap, total(name, histogram(process)));
            resident = Math.max(resident, process.residentBytes());
        }
        return new TaskManagerMemory(heap, resident);
    }

    /** Returns the bytes of all objects that a histogram of classes lists. */
    static long total(String process, String histogram) {
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "%s does not tell what is on its heap: %s",
                            process,
                            histogram.substring(0, Math.min(SHOWN, histogram.length())).strip()));
        }
        return Long.parseLong(total.group(1));
    }

    private static String histogram(ClusterProcess process) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process asking =
                    new ProcessBuilder(
                                    jcmd.toString(),
                                    Long.toString(process.pid()),
                                    "GC.class_histogram")
                            .redirectErrorStream(true)
                            .start();
            String histogram =
                    new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            asking.waitFor();
            return histogram;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + jcmd + ", which a JDK has", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
