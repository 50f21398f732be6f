package duet.schemas.signature;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/** A key pair of the test's own, as two PEM files. */
public record KeyPairFiles(Path privateKey, Path publicKey) {

    public static KeyPairFiles write(Path directory, String name, String algorithm) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
            return new KeyPairFiles(
                    ownersAlone(
                            Files.writeString(
                                    directory.resolve(name + ".pem"),
                                    pem("PRIVATE KEY", pair.getPrivate()))),
                    Files.writeString(
                            directory.resolve(name + ".pub.pem"),
                            pem("PUBLIC KEY", pair.getPublic())));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static KeyPairFiles write(Path directory, String name) {
        return write(directory, name, "Ed25519");
    }

    /** Takes a file away from all but its owner, as a private key has to be. */
    static Path ownersAlone(Path file) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    static String pem(String label, Key key) {
        return String.format(
                Locale.ROOT,
                "-----BEGIN %s-----\n%s\n-----END %s-----\n",
                label,
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(key.getEncoded()),
                label);
    }
}
