package duet.jobs.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.release.ReleaseRecords;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.release.ReleaseLedger;
import duet.schemas.serde.MalformedRecordException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.OperatorStateBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeptReleasesTest {
    private final ReleaseRecords records = new ReleaseRecords();
    private OperatorStateBackend backend;
    private KeptReleases kept;

    @BeforeEach
    void open() throws Exception {
        backend =
                new DefaultOperatorStateBackendBuilder(
                                getClass().getClassLoader(),
                                new ExecutionConfig(),
                                false,
                                List.of(),
                                new CloseableRegistry())
                        .build();
        kept =
                new KeptReleases(
                        backend.getBroadcastState(KeptReleases.RELEASES),
                        backend.getBroadcastState(KeptReleases.HIGHEST_COUNTER),
                        backend.getUnionListState(KeptReleases.SERVED_VERSIONS),
                        records);
    }

    @AfterEach
    void close() throws Exception {
        backend.close();
    }

    private static ModelRelease release(String version, double share) {
        return new ModelRelease(
                version,
                "file:///x",
                "ab".repeat(32),
                null,
                1L,
                Map.of(),
                share,
                ReleaseState.LIVE,
                0L,
                null);
    }

    private Collection<ModelRelease> restored(byte[]... initial) throws Exception {
        return kept.restored(
                List.of(initial),
                new ReleaseLedger(ReleaseKeys.none(), kept.highestCounter()),
                (release, reason) -> {
                    throw new AssertionError(reason);
                });
    }

    @Test
    void comeBackAsTheyWere() throws Exception {
        kept.keep(List.of(release("v1", 1), release("v2", 0.5)), 0);

        assertThat(restored()).containsExactlyInAnyOrder(release("v1", 1), release("v2", 0.5));
    }

    @Test
    void areNewerThanThoseOfTheSubmission() throws Exception {
        kept.keep(List.of(release("v1", 0.5)), 0);

        assertThat(restored(records.encode(release("v1", 0)), records.encode(release("v0", 1))))
                .containsExactlyInAnyOrder(release("v0", 1), release("v1", 0.5));
    }

    @Test
    void areForgottenWithTheRegistry() throws Exception {
        kept.keep(List.of(release("v1", 1), release("v2", 1)), 0);
        kept.keep(List.of(release("v2", 0.5)), 0);

        assertThat(restored()).containsExactly(release("v2", 0.5));
    }

    @Test
    void holdTheServedVersionsOfTheLastCheckpoint() throws Exception {
        assertThat(kept.servedBefore()).isEmpty();

        kept.keepServed(Set.of("v1", "v2"));
        kept.keepServed(Set.of("v2", "v3"));

        assertThat(kept.servedBefore()).containsExactlyInAnyOrder("v2", "v3");
    }

    @Test
    void holdTheHighestCounterThereWasOfThoseThatAreForgottenToo() throws Exception {
        assertThat(kept.highestCounter()).isZero();

        kept.keep(List.of(release("v1", 1)), 42);
        kept.keep(List.of(), 42);

        assertThat(kept.highestCounter()).isEqualTo(42);
    }

    @Test
    void stopAJobThatIsGivenWhatIsNoRelease() {
        assertThatThrownBy(() -> restored(new byte[] {1}))
                .isInstanceOf(MalformedRecordException.class);
    }
}
