package duet.operations.release;

import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import java.util.Map;

/** Releases and statuses as tests need them. */
final class ReleaseRecords {
    static final String SHA = "ab".repeat(32);

    private ReleaseRecords() {}

    static ModelRelease release(String version, long releasedAt, double share) {
        return new ModelRelease(
                version,
                "file:///bundles/" + version,
                SHA,
                null,
                releasedAt,
                Map.of(),
                share,
                ReleaseState.LIVE,
                0L,
                null);
    }

    static ModelRelease withdrawn(ModelRelease release) {
        return ModelRelease.newBuilder(release).setState(ReleaseState.WITHDRAWN).build();
    }

    static ReleaseStatus status(
            String version, int subtask, int parallelism, ServingState state, long at) {
        return new ReleaseStatus(
                version,
                SHA,
                subtask,
                parallelism,
                state,
                state == ServingState.REFUSED ? "weights are not finite" : null,
                Map.of(),
                at);
    }
}
