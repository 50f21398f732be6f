package duet.jobs.recovery;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.state.rocksdb.RocksDBOptions;

/** Where the job keeps its state while it runs. */
enum Backend {
    HASH_MAP("hashmap"),
    ROCKS_DB("rocksdb");

    private final String name;

    Backend(String name) {
        this.name = name;
    }

    /** Flink's settings for a job on this backend in the small cluster of a test. */
    Configuration settings() {
        Configuration settings = new Configuration();
        settings.set(StateBackendOptions.STATE_BACKEND, name);
        settings.set(RocksDBOptions.USE_MANAGED_MEMORY, false);
        return settings;
    }
}
