package duet.schemas.release;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/** Reads the address of a bundle as a release gives it, without asking what lies there. */
public final class AddressReader {
    private AddressReader() {}

    /**
     * Reads an address.
     *
     * @param prefixes what the operator allows
     * @throws ReleaseRefusedException if no bundle can or may be there
     */
    public static void read(String address, List<String> prefixes) throws ReleaseRefusedException {
        BundleAddress.files(
                address, AllowedAddresses.beginningWith(prefixes), AddressReader::ofFileSystem);
    }

    /** As the job's file systems do, which find out later whether they can read there. */
    private static BundleFiles ofFileSystem(URI directory) {
        return new BundleFiles() {
            @Override
            public Opened open(String name) throws IOException {
                throw new IOException("nothing is read");
            }

            @Override
            public String place() {
                return BundleFiles.shown(directory);
            }
        };
    }
}
