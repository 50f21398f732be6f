package duet.schemas;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports of 127.0.0.1 for processes that are started later and must know each other's before.
 *
 * <p>A port that the system gives for the asking lies where it also takes the ports of outgoing
 * connections from, so that a client may sit on it by the time the process wants it; one that waits
 * for that very process may even connect to itself. Those found here lie below (<a
 * href="https://www.rfc-editor.org/rfc/rfc6335#section-6">RFC 6335, section 6</a>: 49,152 and more;
 * Linux takes 32,768 and more), and this JVM gives none twice.
 */
public final class FreePorts {
    static final int FIRST = 20_000;
    static final int LAST = 32_767;

    private static final String HOST = "127.0.0.1";
    private static final int MOST_TRIES = 10_000;
    private static final Set<Integer> GIVEN = new HashSet<>();

    private FreePorts() {}

    /**
     * Returns ports on which nobody listens now, in no order.
     *
     * @throws IllegalStateException if none can be found any more
     */
    public static List<Integer> find(int number) {
        List<Integer> ports = new ArrayList<>();
        synchronized (GIVEN) {
            for (int tries = 0; ports.size() < number; tries++) {
                if (tries == MOST_TRIES) {
                    throw new IllegalStateException(
                            "no free port of "
                                    + HOST
                                    + " from "
                                    + FIRST
                                    + " to "
                                    + LAST
                                    + " in "
                                    + MOST_TRIES
                                    + " tries");
                }
                int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
                if (!GIVEN.contains(port) && isFree(port)) {
                    GIVEN.add(port);
                    ports.add(port);
                }
            }
        }
        return ports;
    }

    /**
     * Listens on a port of 127.0.0.1 for a moment.
     *
     * @throws IOException if that cannot be, because somebody else does for example
     */
    public static void probe(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, port));
        }
    }

    private static boolean isFree(int port) {
        try {
            probe(port);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
