package duet.schemas.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Our signatures against those of the JVM's own Ed25519. */
class KeysPropertyTest {
    @Property(tries = 60)
    void oneSignsWhatTheOtherVerifies(
            @ForAll @Size(32) byte[] seed,
            @ForAll @Size(max = 3_000) byte[] message,
            @ForAll @IntRange(max = 511) int bit)
            throws GeneralSecurityException {
        KeyPair keys = keysOf(seed);
        byte[] ours = SigningKey.of(keys.getPrivate()).sign(message);
        Signature jdk = Signature.getInstance("Ed25519", "SunEC");
        jdk.initSign(keys.getPrivate());
        jdk.update(message);
        assertThat(ours).as("a function of key and message").isEqualTo(jdk.sign());

        jdk.initVerify(keys.getPublic());
        jdk.update(message);
        assertThat(jdk.verify(ours)).isTrue();
        VerifyingKey verifying = VerifyingKey.of(keys.getPublic());
        assertThat(verifying.verifies(message, ours)).isTrue();

        ours[bit / 8] ^= (byte) (1 << (bit % 8));
        assertThat(verifying.verifies(message, ours)).as("with bit %d turned", bit).isFalse();
    }

    /** Makes the pair of a seed, which is all the chance that the generator asks for. */
    private static KeyPair keysOf(byte[] seed) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519", "SunEC");
        generator.initialize(
                NamedParameterSpec.ED25519,
                new SecureRandom() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public void nextBytes(byte[] bytes) {
                        System.arraycopy(seed, 0, bytes, 0, bytes.length);
                    }
                });
        return generator.generateKeyPair();
    }
}
