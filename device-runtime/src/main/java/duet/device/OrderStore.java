package duet.device;

import java.util.Optional;

/**
 * An order store keeps the order of the newest delta that a device took, so that the device refuses
 * older ones after a restart, too. Signatures cannot: an old delta was signed as well. {@link
 * FileOrderStore} keeps it in a file.
 *
 * <p>A store serves one device, which calls it from one thread at a time.
 */
public interface OrderStore {
    /**
     * Returns what was kept last, empty where nothing ever was.
     *
     * @throws duet.schemas.InvalidInputException naming what is wrong with what is there: a store
     *     that cannot tell must not say that there is nothing
     */
    Optional<DeltaOrder> load();

    /**
     * Keeps the order in place of the one before; when this returns, it outlasts a crash.
     *
     * @throws java.io.UncheckedIOException if it cannot be kept
     */
    void keep(DeltaOrder order);
}
