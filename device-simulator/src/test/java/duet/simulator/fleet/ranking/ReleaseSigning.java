package duet.simulator.fleet.ranking;

import duet.schemas.record.ModelRelease;
import duet.schemas.signature.Signer;
import duet.schemas.signature.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.function.Consumer;

/** An Ed25519 key pair of the test's own, and releases that are signed with it. */
record ReleaseSigning(Signer signer, Verifier verifier) {

    static ReleaseSigning make(Path directory) throws IOException, GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path privateKey = pem(directory, "PRIVATE KEY", keys.getPrivate());
        Files.setPosixFilePermissions(privateKey, PosixFilePermissions.fromString("rw-------"));
        return new ReleaseSigning(
                Signer.read(privateKey),
                Verifier.read(pem(directory, "PUBLIC KEY", keys.getPublic())));
    }

    private static Path pem(Path directory, String label, Key key) throws IOException {
        return Files.writeString(
                Files.createTempFile(directory, "key-", ".pem"),
                "-----BEGIN "
                        + label
                        + "-----\n"
                        + Base64.getEncoder().encodeToString(key.getEncoded())
                        + "\n-----END "
                        + label
                        + "-----\n");
    }

    /** Returns the release with a counter, signed. */
    ModelRelease signed(ModelRelease release, long counter) {
        return signed(release, copy -> copy.setCounter(counter));
    }

    /** Returns the release as it is changed, signed. */
    ModelRelease signed(ModelRelease release, Consumer<ModelRelease> change) {
        ModelRelease signed = ModelRelease.newBuilder(release).build();
        change.accept(signed);
        signed.setSignature(signer.signPublication(signed));
        signed.setRolloutSignature(signer.signRollout(signed));
        return signed;
    }
}
