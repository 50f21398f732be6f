package duet.schemas.signature;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is changed of a signed release, its signatures hold no longer. */
class ReleaseSignaturePropertyTest {
    private static final Signer SIGNER;
    private static final Verifier VERIFIER;

    static {
        try {
            Path directory = Files.createTempDirectory("release-signature");
            KeyPairFiles keys = KeyPairFiles.write(directory, "key");
            SIGNER = Signer.read(keys.privateKey());
            VERIFIER = Verifier.read(keys.publicKey());
            Files.delete(keys.privateKey());
            Files.delete(keys.publicKey());
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Property(tries = 300)
    void bothHoldForWhatWasSigned(@ForAll("releases") ModelRelease release) {
        ModelRelease signed = signed(release);
        assertThat(VERIFIER.verifiesPublication(signed)).isTrue();
        assertThat(VERIFIER.verifiesRollout(signed)).isTrue();
    }

    @Property(tries = 300)
    void anyFieldOfAnotherReleaseBreaksTheRolloutSignature(
            @ForAll("releases") ModelRelease release,
            @ForAll("releases") ModelRelease other,
            @ForAll("fields") String field) {
        ModelRelease signed = signed(release);
        Assume.that(!other.get(field).equals(release.get(field)));
        signed.put(field, other.get(field));
        assertThat(VERIFIER.verifiesRollout(signed)).as(field).isFalse();
        boolean ofTheRollout =
                field.equals("share") || field.equals("state") || field.equals("counter");
        assertThat(VERIFIER.verifiesPublication(signed)).as(field).isEqualTo(ofTheRollout);
    }

    /** What is moved from one text to the next would be the same without their lengths. */
    @Property(tries = 300)
    void whatIsMovedBetweenTextsBreaksBoth(@ForAll("releases") ModelRelease release) {
        Assume.that(!release.getBundleUri().isEmpty());
        ModelRelease signed = signed(release);
        int first = release.getBundleUri().offsetByCodePoints(0, 1);
        signed.setVersion(release.getVersion() + release.getBundleUri().substring(0, first));
        signed.setBundleUri(release.getBundleUri().substring(first));
        assertThat(VERIFIER.verifiesPublication(signed)).isFalse();
        assertThat(VERIFIER.verifiesRollout(signed)).isFalse();
    }

    private static ModelRelease signed(ModelRelease release) {
        ModelRelease signed = ModelRelease.newBuilder(release).build();
        signed.setSignature(SIGNER.signPublication(signed));
        signed.setRolloutSignature(SIGNER.signRollout(signed));
        return signed;
    }

    @Provide
    Arbitrary<String> fields() {
        return Arbitraries.of(
                ModelRelease.getClassSchema().getFields().stream()
                        .map(field -> field.name())
                        .filter(name -> !name.toLowerCase(Locale.ROOT).contains("signature"))
                        .toList());
    }

    @Provide
    Arbitrary<ModelRelease> releases() {
        Arbitrary<String> text =
                Arbitraries.of("a", "0", "-", "\n", "\0", "é", "日", "😀")
                        .list()
                        .ofMaxSize(6)
                        .map(characters -> String.join("", characters));
        return Combinators.combine(
                        text,
                        text,
                        text,
                        Arbitraries.longs(),
                        Arbitraries.maps(text, Arbitraries.doubles()).ofMaxSize(4),
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.of(ReleaseState.class),
                        Arbitraries.longs())
                .as(
                        (version, uri, hash, at, metrics, share, state, counter) ->
                                new ModelRelease(
                                        version,
                                        uri,
                                        hash,
                                        null,
                                        at,
                                        Map.copyOf(metrics),
                                        share,
                                        state,
                                        counter,
                                        null));
    }
}
