package duet.simulator.fleet.account;

import duet.simulator.summary.VersionFacts;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what each model version that a device runs, or ran, has to do with a fleet. Any thread may
 * count and read.
 */
final class VersionAccounts {
    private final Map<String, Account> versions = new ConcurrentHashMap<>();

    /** Holds the counts of one version. */
    static final class Account {
        final AtomicInteger devices = new AtomicInteger();
        final AtomicInteger withDelta = new AtomicInteger();
        final LongAdder windows = new LongAdder();
        final LongAdder deltas = new LongAdder();
        final LongAdder wrong = new LongAdder();
    }

    /** Opens the account of a version that devices run, or returns the one that is open. */
    Account open(String version) {
        return versions.computeIfAbsent(version, v -> new Account());
    }

    /** Returns the account of a version; null where no device ever ran it. */
    @Nullable Account of(String version) {
        return versions.get(version);
    }

    int devicesWithDelta() {
        return versions.values().stream().mapToInt(account -> account.withDelta.get()).sum();
    }

    SortedMap<String, VersionFacts> facts() {
        SortedMap<String, VersionFacts> facts = new TreeMap<>();
        versions.forEach(
                (version, account) ->
                        facts.put(
                                version,
                                new VersionFacts(
                                        account.devices.get(),
                                        account.withDelta.get(),
                                        account.windows.sum(),
                                        account.deltas.sum(),
                                        account.wrong.sum())));
        return facts;
    }
}
