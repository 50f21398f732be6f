package duet.schemas.release;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.signature.KeyPairFiles;
import duet.schemas.signature.Signer;
import duet.schemas.signature.Verifier;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A ledger of releases")
class ReleaseLedgerTest {
    private static final long NOW = 1_700_000_000_000_000L;
    private static final long SECOND = 1_000_000;

    @TempDir private Path directory;
    private Signer publisher;
    private Signer promoter;
    private Signer stranger;
    private ReleaseKeys oneKey;
    private ReleaseKeys twoKeys;

    /** An alteration is what somebody without a key may do to a record. */
    private enum Alteration {
        VERSION(release -> release.setVersion("v2")),
        ADDRESS(release -> release.setBundleUri("https://elsewhere.example.org/v1")),
        HASH(release -> release.setManifestSha256("cd".repeat(32))),
        TIME(release -> release.setReleasedAtMicros(release.getReleasedAtMicros() + 1)),
        METRICS(release -> release.setMetrics(Map.of("userAuc", 0.9))),
        SHARE(release -> release.setShare(1)),
        STATE(release -> release.setState(ReleaseState.WITHDRAWN)),
        COUNTER(release -> release.setCounter(release.getCounter() + 1));

        private final Consumer<ModelRelease> change;

        Alteration(Consumer<ModelRelease> change) {
            this.change = change;
        }
    }

    @BeforeEach
    void makeKeys() {
        KeyPairFiles publishing = KeyPairFiles.write(directory, "publisher");
        KeyPairFiles promoting = KeyPairFiles.write(directory, "promoter");
        publisher = Signer.read(publishing.privateKey());
        promoter = Signer.read(promoting.privateKey());
        stranger = Signer.read(KeyPairFiles.write(directory, "stranger").privateKey());
        oneKey = ReleaseKeys.read(publishing.publicKey(), null);
        twoKeys =
                ReleaseKeys.of(
                        Verifier.read(publishing.publicKey()),
                        Verifier.read(promoting.publicKey()));
    }

    private static ModelRelease release(String version, double share, long counter) {
        return new ModelRelease(
                version,
                "https://models.example.org/" + version,
                "ab".repeat(32),
                null,
                NOW - 100 * SECOND,
                Map.of("userAuc", 0.8),
                share,
                ReleaseState.LIVE,
                counter,
                null);
    }

    private static ModelRelease signed(ModelRelease release, Signer publisher, Signer promoter) {
        release.setSignature(publisher.signPublication(release));
        release.setRolloutSignature(promoter.signRollout(release));
        return release;
    }

    private ModelRelease signed(String version, double share, long counter) {
        return signed(release(version, share, counter), publisher, publisher);
    }

    private static ModelRelease copy(ModelRelease release) {
        return ModelRelease.newBuilder(release).build();
    }

    @Nested
    @DisplayName("with a key")
    class WithAKey {
        private ReleaseLedger ledger;

        @BeforeEach
        void makeLedger() {
            ledger = new ReleaseLedger(oneKey, 0);
        }

        private Optional<String> take(ModelRelease release, ModelRelease known) {
            return ledger.take(release, known, NOW);
        }

        @Test
        @DisplayName("takes what it has signed, and keeps the highest counter")
        void signedByTheKey() {
            ModelRelease first = signed("v1", 0, NOW - 9);
            assertThat(take(first, null)).isEmpty();
            assertThat(take(signed("v1", 1, NOW - 8), first)).isEmpty();
            assertThat(take(signed("v2", 0, NOW), null)).isEmpty();
            assertThat(ledger.highestCounter()).isEqualTo(NOW);
        }

        @ParameterizedTest
        @EnumSource(Alteration.class)
        @DisplayName("refuses a record of which anything was altered")
        void altered(Alteration alteration) {
            ModelRelease release = signed("v1", 0.5, NOW);
            ModelRelease altered = copy(release);
            alteration.change.accept(altered);
            assertThat(take(altered, null)).isPresent();
            assertThat(ledger.highestCounter()).isZero();
            assertThat(take(release, null)).isEmpty();
        }

        @Test
        @DisplayName("says which signature is missing or wrong")
        void reasons() {
            assertThat(take(release("v1", 0, NOW), null)).contains("it is not signed");
            assertThat(take(signed(release("v1", 0, NOW), stranger, publisher), null))
                    .contains("none of the trusted keys has signed it");
            assertThat(take(signed(release("v1", 0, NOW), publisher, stranger), null))
                    .contains("none of the keys that may do so has signed its share and state");
            ModelRelease half = signed("v1", 0, NOW);
            half.setRolloutSignature(null);
            assertThat(take(half, null)).contains("its share and state are not signed");
        }

        @Test
        @DisplayName("says of what is not signed that it is not, however old it is")
        void unsignedAndOld() {
            assertThat(take(signed("v1", 0, NOW), null)).isEmpty();
            assertThat(take(release("v2", 0, 0), null)).contains("it is not signed");
        }

        @Test
        @DisplayName("refuses an old record of a version that was changed since, and of any other")
        void pinned() {
            ModelRelease live = signed("v1", 1, NOW - 9);
            ModelRelease withdrawn = release("v1", 1, NOW - 5);
            withdrawn.setState(ReleaseState.WITHDRAWN);
            signed(withdrawn, publisher, publisher);
            ModelRelease forgotten = signed("v0", 1, NOW - 20);

            assertThat(take(live, null)).isEmpty();
            assertThat(take(withdrawn, live)).isEmpty();
            assertThat(take(live, withdrawn)).contains("it is older than what was released since");
            assertThat(take(forgotten, null)).contains("it is older than what was released since");
        }

        @Test
        @DisplayName("takes a repeat of what it knows, and of the highest counter")
        void repeated() {
            ModelRelease first = signed("v1", 1, NOW - 9);
            assertThat(take(first, null)).isEmpty();
            assertThat(take(signed("v2", 1, NOW), null)).isEmpty();
            assertThat(take(copy(first), first)).isEmpty();
            assertThat(take(signed("v3", 1, NOW), null)).isEmpty();
            assertThat(ledger.highestCounter()).isEqualTo(NOW);
        }

        @Test
        @DisplayName("goes on from the highest counter that was kept")
        void kept() {
            ReleaseLedger restarted = new ReleaseLedger(oneKey, NOW);
            assertThat(restarted.take(signed("v1", 1, NOW - 1), null, NOW))
                    .contains("it is older than what was released since");
            assertThat(restarted.take(signed("v1", 1, NOW), null, NOW)).isEmpty();
        }

        @Test
        @DisplayName("takes what was kept in any order and at any time, if it is signed")
        void takenFromWhereItWasKept() {
            assertThat(ledger.takeKept(signed("v2", 1, Long.MAX_VALUE - 1))).isEmpty();
            assertThat(ledger.takeKept(signed("v1", 1, NOW - 9))).isEmpty();
            assertThat(ledger.takeKept(release("v3", 1, NOW))).contains("it is not signed");
            assertThat(ledger.highestCounter()).isEqualTo(Long.MAX_VALUE - 1);
        }

        @Test
        @DisplayName("refuses a deletion")
        void deleted() {
            assertThat(ledger.deletionRefusal()).contains("a deletion cannot be signed");
        }

        @Test
        @DisplayName("refuses a counter or a time in the future, whoever signed it")
        void future() {
            long late = NOW + ReleaseLedger.MOST_AHEAD_MICROS + 1;
            for (long at : new long[] {late, Long.MAX_VALUE}) {
                ModelRelease release = release("v1", 1, NOW);
                release.setReleasedAtMicros(at);
                assertThat(take(signed(release, publisher, publisher), null))
                        .contains("its time or counter is more than 10 minutes in the future");
                assertThat(take(signed("v1", 1, at), null))
                        .contains("its time or counter is more than 10 minutes in the future");
            }
            assertThat(ledger.highestCounter()).isZero();
            assertThat(take(signed("v1", 1, late - 1), null)).isEmpty();
        }
    }

    @Nested
    @DisplayName("with a key for rollouts of its own")
    class WithTwoKeys {
        private ReleaseLedger ledger;

        @BeforeEach
        void makeLedger() {
            ledger = new ReleaseLedger(twoKeys, 0);
        }

        private Optional<String> take(ModelRelease release, ModelRelease known) {
            return ledger.take(release, known, NOW);
        }

        @Test
        @DisplayName("lets the one announce and the other promote")
        void roles() {
            ModelRelease announced = signed("v1", 0, NOW - 9);
            ModelRelease promoted = copy(announced);
            promoted.setShare(1);
            promoted.setCounter(NOW - 8);
            promoted.setRolloutSignature(promoter.signRollout(promoted));

            assertThat(take(announced, null)).isEmpty();
            assertThat(take(promoted, announced)).isEmpty();
        }

        @Test
        @DisplayName("lets the one that promotes publish nothing")
        void promoterPublishes() {
            assertThat(take(signed(release("v1", 0, NOW), promoter, promoter), null))
                    .contains("none of the trusted keys has signed it");
        }

        @Test
        @DisplayName("lets the one that publishes give a release to no device")
        void publisherPromotes() {
            ModelRelease announced = signed("v1", 0, NOW - 9);
            assertThat(take(announced, null)).isEmpty();
            for (double share : new double[] {Double.MIN_VALUE, 0.5, 1}) {
                assertThat(take(signed("v1", share, NOW - 5), announced))
                        .contains("none of the keys that may do so has signed its share and state");
                assertThat(take(signed("v2", share, NOW - 5), null))
                        .contains("none of the keys that may do so has signed its share and state");
            }
        }

        @Test
        @DisplayName("lets the one that publishes take no release from any device")
        void publisherWithdraws() {
            ModelRelease live = signed(release("v1", 1, NOW - 9), publisher, promoter);
            assertThat(take(live, null)).isEmpty();
            ModelRelease withdrawn = release("v1", 1, NOW - 5);
            withdrawn.setState(ReleaseState.WITHDRAWN);
            assertThat(take(signed(withdrawn, publisher, publisher), live)).isPresent();
            assertThat(take(signed("v1", 0, NOW - 5), live)).isPresent();
        }

        @Test
        @DisplayName("lets the one that publishes take an announcement back, and announce again")
        void publisherTakesBack() {
            ModelRelease announced = signed("v1", 0, NOW - 9);
            ModelRelease withdrawn = release("v1", 0, NOW - 8);
            withdrawn.setState(ReleaseState.WITHDRAWN);
            signed(withdrawn, publisher, publisher);
            assertThat(take(announced, null)).isEmpty();
            assertThat(take(withdrawn, announced)).isEmpty();
            assertThat(take(signed("v1", 0, NOW - 7), withdrawn)).isEmpty();
        }
    }

    @Nested
    @DisplayName("without keys")
    class WithoutKeys {
        private final ReleaseLedger ledger = new ReleaseLedger(ReleaseKeys.none(), 0);

        @Test
        @DisplayName("asks for neither signature nor counter, and keeps none")
        void nothingAsked() {
            ModelRelease first = release("v1", 1, NOW);
            assertThat(ledger.take(first, null, NOW)).isEmpty();
            assertThat(ledger.take(release("v1", 0.5, 0), first, NOW)).isEmpty();
            assertThat(ledger.highestCounter()).isZero();
            assertThat(ledger.deletionRefusal()).isEmpty();
        }

        @Test
        @DisplayName("refuses what is of the future all the same")
        void future() {
            ModelRelease release = release("v1", 1, 0);
            release.setReleasedAtMicros(Long.MAX_VALUE);
            assertThat(ledger.take(release, null, NOW)).isPresent();
            assertThat(ledger.take(release("v1", 1, Long.MAX_VALUE), null, NOW)).isPresent();
        }
    }
}
