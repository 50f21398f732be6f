package duet.schemas.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Keys")
class KeysTest {

    /** What stands before the 32 bytes of a key in PKCS#8 and in X.509 (RFC 8410). */
    private static final String PKCS8 = "302e020100300506032b657004220420";

    private static final String X509 = "302a300506032b6570032100";

    /** The order of the group that signatures live in. */
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private static final HexFormat HEX = HexFormat.of();

    @TempDir private Path directory;

    /** Section 7.1: private key, public key, message, signature. */
    @ParameterizedTest
    @DisplayName("sign and verify as RFC 8032 shows it")
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,"
                + "'',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,"
                + "72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,"
                + "af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42,"
                + "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf,"
                + "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f,"
                + "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
                + "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
    })
    void vectors(String privateKey, String publicKey, String message, String signature)
            throws GeneralSecurityException {
        byte[] text = HEX.parseHex(message);
        byte[] made = SigningKey.of(privateKey(privateKey)).sign(text);
        assertThat(HEX.formatHex(made)).isEqualTo(signature);
        assertThat(VerifyingKey.of(publicKey(publicKey)).verifies(text, made)).isTrue();
    }

    @Test
    @DisplayName("take one signature only: none whose number is larger by the group's order")
    void malleability() throws GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] message = {1, 2, 3};
        byte[] signature = SigningKey.of(keys.getPrivate()).sign(message);
        VerifyingKey verifying = VerifyingKey.of(keys.getPublic());
        assertThat(verifying.verifies(message, signature)).isTrue();

        byte[] number = reversed(signature, 32);
        byte[] larger = new BigInteger(1, number).add(ORDER).toByteArray();
        for (int i = 0; i < 32; i++) {
            signature[32 + i] = larger[larger.length - 1 - i];
        }
        assertThat(verifying.verifies(message, signature)).isFalse();
    }

    @Test
    @DisplayName("show nothing of themselves")
    void silent() throws GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        assertThat(SigningKey.of(keys.getPrivate())).hasToString("SigningKey");
        assertThatThrownBy(
                        () ->
                                SigningKey.of(
                                        KeyPairGenerator.getInstance("X25519")
                                                .generateKeyPair()
                                                .getPrivate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no Ed25519 private key");
    }

    @Nested
    @DisplayName("that no private key has are refused, naming the file")
    class Refused {
        /**
         * The points of order 1, 2, 4 and 8, under which anybody can sign, points written with
         * numbers that are not reduced, and one that is not on the curve.
         */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "0100000000000000000000000000000000000000000000000000000000000000",
                    "0100000000000000000000000000000000000000000000000000000000000080",
                    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                    "0000000000000000000000000000000000000000000000000000000000000000",
                    "0000000000000000000000000000000000000000000000000000000000000080",
                    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                    "0200000000000000000000000000000000000000000000000000000000000000"
                })
        void points(String point) throws IOException {
            Path file = directory.resolve("key.pub.pem");
            Files.writeString(
                    file,
                    "-----BEGIN PUBLIC KEY-----\n"
                            + Base64.getEncoder().encodeToString(HEX.parseHex(X509 + point))
                            + "\n-----END PUBLIC KEY-----\n");
            assertThatThrownBy(() -> Verifier.read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(file + " holds a public key that no private key of Ed25519 has");
        }
    }

    private static byte[] reversed(byte[] bytes, int from) {
        byte[] reversed = new byte[bytes.length - from];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }

    private static PrivateKey privateKey(String seed) throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519")
                .generatePrivate(new PKCS8EncodedKeySpec(HEX.parseHex(PKCS8 + seed)));
    }

    private static PublicKey publicKey(String point) throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(HEX.parseHex(X509 + point)));
    }
}
