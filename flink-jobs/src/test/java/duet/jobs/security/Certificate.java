package duet.jobs.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

/**
 * A certificate of the test's own for 127.0.0.1, signed by itself.
 *
 * @param keyStore PKCS#12 with the private key
 * @param trustStore PKCS#12 with the certificate alone
 */
public record Certificate(Path keyStore, Path trustStore, String password) {
    static final String STORE_TYPE = "PKCS12";

    private static final String ALIAS = "broker";

    public static Certificate make(Path directory, String name, String password)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path keyStore = directory.resolve(name + ".p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keystore",
                                keyStore.toString(),
                                "-storetype",
                                STORE_TYPE,
                                "-storepass",
                                password,
                                "-alias",
                                ALIAS,
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-validity",
                                "2")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();

        KeyStore keys = KeyStore.getInstance(STORE_TYPE);
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, password.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance(STORE_TYPE);
        trusted.load(null, null);
        trusted.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
        Path trustStore = directory.resolve(name + "-trust.p12");
        try (OutputStream out = Files.newOutputStream(trustStore)) {
            trusted.store(out, password.toCharArray());
        }
        return new Certificate(keyStore, trustStore, password);
    }
}
