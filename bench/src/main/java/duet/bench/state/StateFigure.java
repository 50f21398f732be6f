package duet.bench.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the job keeps of devices whose histories are full, or nearly so.
 *
 * @param backend name of Flink's state backend
 * @param devices devices that sent windows
 * @param checkpointBytesPerDevice bytes of a full checkpoint for each, beyond one of a job that has
 *     seen no device
 * @param heapBytesPerDevice bytes of heap for each, the same way; null for a backend that keeps
 *     state elsewhere
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StateFigure(
        String backend,
        int devices,
        double checkpointBytesPerDevice,
        @Nullable Double heapBytesPerDevice) {}
