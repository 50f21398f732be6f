package duet.schemas.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A key file")
class KeyFileTest {

    @TempDir private Path directory;

    @Test
    @DisplayName("may have text around its key, and other line ends")
    void textAround() throws IOException {
        KeyPairFiles keys = KeyPairFiles.write(directory, "key");
        Path annotated = directory.resolve("annotated.pem");
        Files.writeString(
                annotated,
                "of the staging job\r\n\r\n"
                        + Files.readString(keys.privateKey()).replace("\n", "\r\n")
                        + "end\n");
        KeyPairFiles.ownersAlone(annotated);

        assertThat(KeyFile.privateKey(annotated)).isEqualTo(KeyFile.privateKey(keys.privateKey()));
    }

    @Test
    @DisplayName("may hold several public keys")
    void severalPublicKeys() throws IOException {
        Path both = directory.resolve("both.pem");
        KeyPairFiles old = KeyPairFiles.write(directory, "old");
        KeyPairFiles current = KeyPairFiles.write(directory, "new");
        Files.writeString(
                both, Files.readString(old.publicKey()) + Files.readString(current.publicKey()));

        assertThat(KeyFile.publicKeys(both))
                .containsExactly(
                        KeyFile.publicKeys(old.publicKey()).get(0),
                        KeyFile.publicKeys(current.publicKey()).get(0));
    }

    @Test
    @DisplayName("is taken where files have no permissions")
    void withoutPermissions() throws IOException {
        KeyPairFiles keys = KeyPairFiles.write(directory, "key");
        try (FileSystem archive =
                FileSystems.newFileSystem(
                        directory.resolve("keys.zip"), Map.of("create", "true"))) {
            Path stored = Files.copy(keys.privateKey(), archive.getPath("key.pem"));

            assertThat(KeyFile.privateKey(stored)).isEqualTo(KeyFile.privateKey(keys.privateKey()));
        }
    }

    @Nested
    @DisplayName("is refused, naming it and nothing of its content, when it")
    class Refused {

        @Test
        @DisplayName("does not exist, or is a directory")
        void missing() {
            refused(directory.resolve("none.pem"), "does not exist");
            refused(directory, "cannot be read");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "sesame",
                    "-----BEGIN PRIVATE KEY-----\nsesame\n",
                    "-----BEGIN PRIVATE KEY-----\nsesame\n-----END PUBLIC KEY-----\n",
                    "-----BEGIN PRIVATE KEY-----\nse:same\n-----END PRIVATE KEY-----\n"
                })
        @DisplayName("holds no PEM")
        void noPem(String content) throws IOException {
            refused(write(content), "holds no key in PEM");
        }

        @Test
        @DisplayName("holds something else than a key")
        void notAKey() throws IOException {
            refused(
                    write("-----BEGIN PRIVATE KEY-----\nsesame==\n-----END PRIVATE KEY-----\n"),
                    "holds no Ed25519 private key");
            refused(
                    write("-----BEGIN PRIVATE KEY-----\nsesame=====x\n-----END PRIVATE KEY-----\n"),
                    "is not Base64");
        }

        @Test
        @DisplayName("holds the key of another algorithm")
        void otherAlgorithm() {
            KeyPairFiles rsa = KeyPairFiles.write(directory, "rsa", "RSA");
            refused(rsa.privateKey(), "holds no Ed25519 private key");
            assertThatThrownBy(() -> Verifier.read(rsa.publicKey()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(rsa.publicKey() + " holds no Ed25519 public key");
        }

        @Test
        @DisplayName("holds the other half of the pair")
        void otherHalf() {
            KeyPairFiles keys = KeyPairFiles.write(directory, "key");
            refused(keys.publicKey(), "holds 'PUBLIC KEY' where 'PRIVATE KEY' is expected");
            assertThatThrownBy(() -> Verifier.read(keys.privateKey()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            keys.privateKey()
                                    + " holds 'PRIVATE KEY' where 'PUBLIC KEY' is expected");
        }

        @ParameterizedTest
        @DisplayName("holds a private key and others than its owner may use it")
        @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw----r--", "rw--w----", "r--r--r--"})
        void openToOthers(String permissions) throws IOException {
            Path key = KeyPairFiles.write(directory, "key").privateKey();
            Path link = Files.createSymbolicLink(directory.resolve("link.pem"), key);
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));
            for (Path path : List.of(key, link)) {
                assertThatThrownBy(() -> Signer.read(path))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessage(
                                "key file "
                                        + path
                                        + " is open to others than its owner ("
                                        + permissions
                                        + "): chmod 600 "
                                        + path);
            }
        }

        @Test
        @DisplayName("needs a pass phrase")
        void encrypted() throws IOException {
            refused(
                    write(
                            "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                                    + "sesame==\n"
                                    + "-----END ENCRYPTED PRIVATE KEY-----\n"),
                    "'openssl pkey' writes it without a pass phrase");
        }

        @Test
        @DisplayName("holds two private keys, or more public keys than anybody changes at once")
        void tooMany() throws IOException {
            KeyPairFiles keys = KeyPairFiles.write(directory, "key");
            refused(
                    write(Files.readString(keys.privateKey()).repeat(2)),
                    "holds 2 private keys, it must hold one");
            Path many = write(Files.readString(keys.publicKey()).repeat(17));
            assertThatThrownBy(() -> Verifier.read(many))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(many + " holds 17 public keys, the limit is 16");
        }

        @Test
        @DisplayName("is too large to be one")
        void tooLarge() throws IOException {
            refused(write(" ".repeat(70_000)), "has more than 65,536 bytes");
        }

        private Path write(String content) throws IOException {
            return KeyPairFiles.ownersAlone(
                    Files.writeString(directory.resolve("key.pem"), content));
        }

        private void refused(Path file, String reason) {
            assertThatThrownBy(() -> Signer.read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining(reason)
                    .hasMessageNotContaining("same");
        }
    }
}
