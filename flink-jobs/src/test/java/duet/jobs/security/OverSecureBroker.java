package duet.jobs.security;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests of one class beside a {@link SecureBroker} of their own. */
public abstract class OverSecureBroker {
    public @TempDir static Path directory;
    public static SecureBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = SecureBroker.start(directory);
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.close();
        }
    }
}
