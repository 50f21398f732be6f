package duet.jobs.stream;

import duet.embedded.flink.EmbeddedFlink;
import duet.embedded.kafka.EmbeddedBroker;

/**
 * A broker and a Flink cluster for all tests of this JVM that need nothing special of them: each
 * job has topics of its own, and one test runs at a time. They start with the first test that asks
 * for them and end with the JVM.
 */
public final class SharedCluster {
    /** What the largest job of these tests needs. */
    private static final int SLOTS = 4;

    private SharedCluster() {}

    /** The broker, which runs. */
    public static EmbeddedBroker broker() {
        return Broker.INSTANCE;
    }

    /** The cluster, which runs, with nothing on it but what the test puts there. */
    public static EmbeddedFlink flink() {
        return Flink.INSTANCE;
    }

    private static final class Broker {
        static final EmbeddedBroker INSTANCE = EmbeddedBroker.start();
    }

    private static final class Flink {
        static final EmbeddedFlink INSTANCE = EmbeddedFlink.start(SLOTS);
    }
}
