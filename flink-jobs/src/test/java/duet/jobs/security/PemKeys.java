package duet.jobs.security;

import duet.schemas.signature.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Locale;

/** An Ed25519 key pair of the test's own, in two PEM files. */
public record PemKeys(Path privateKey, Path publicKey) {

    public static PemKeys make(Path directory) throws IOException, GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        return new PemKeys(
                pem(directory, "PRIVATE KEY", keys.getPrivate()),
                pem(directory, "PUBLIC KEY", keys.getPublic()));
    }

    private static Path pem(Path directory, String label, Key key) throws IOException {
        return Files.writeString(
                Files.createTempFile(directory, "key-", ".pem"),
                String.format(
                        Locale.ROOT,
                        "-----BEGIN %s-----\n%s\n-----END %s-----\n",
                        label,
                        Base64.getEncoder().encodeToString(key.getEncoded()),
                        label));
    }

    public Signer signer() {
        return Signer.read(privateKey);
    }
}
