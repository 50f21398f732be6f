package duet.schemas.signature;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Ed25519 keys in PEM (RFC 7468). No error repeats anything of a file's content but the kinds
 * of its blocks.
 */
final class KeyFile {
    /** This is the standard name of the algorithm of keys and signatures. */
    static final String ALGORITHM = "Ed25519";

    /** A key takes about 120 bytes; nobody has to read a large file to learn that it is none. */
    private static final int MAX_BYTES = 64 << 10;

    private static final int MAX_KEYS = 16;

    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";

    private static final Set<PosixFilePermission> OWNERS =
            PosixFilePermissions.fromString("rwx------");

    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN ([A-Z0-9 ]{1,40})-----\\s([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

    private final Path file;
    private final List<Block> blocks;

    /** Holds one PEM block: its label and its Base64 text. */
    private record Block(String label, String text) {}

    private KeyFile(Path file, List<Block> blocks) {
        this.file = file;
        this.blocks = blocks;
    }

    /** Returns the one PKCS#8 key of a file that is open to its owner alone. */
    static PrivateKey privateKey(Path path) {
        KeyFile file = open(path);
        Block block = file.only(PRIVATE).get(0);
        requireOwnersAlone(path);
        if (file.blocks.size() > 1) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s holds %,d private keys, it must hold one",
                            path,
                            file.blocks.size()));
        }
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(file.bytes(block)));
        } catch (GeneralSecurityException e) {
            throw file.notEd25519("private");
        }
    }

    /** Returns all X.509 public keys of a file, in its order. */
    static List<PublicKey> publicKeys(Path path) {
        KeyFile file = open(path);
        List<PublicKey> keys = new ArrayList<>();
        for (Block block : file.only(PUBLIC)) {
            try {
                keys.add(
                        KeyFactory.getInstance(ALGORITHM)
                                .generatePublic(new X509EncodedKeySpec(file.bytes(block))));
            } catch (GeneralSecurityException e) {
                throw file.notEd25519("public");
            }
        }
        if (keys.size() > MAX_KEYS) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s holds %,d public keys, the limit is %,d",
                            path,
                            keys.size(),
                            MAX_KEYS));
        }
        return keys;
    }

    /** Refuses a file that others may use; where a file system knows no such thing, none is. */
    private static void requireOwnersAlone(Path path) {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        try {
            Set<PosixFilePermission> permissions = view.readAttributes().permissions();
            if (!OWNERS.containsAll(permissions)) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "key file %s is open to others than its owner (%s): chmod 600 %s",
                                path,
                                PosixFilePermissions.toString(permissions),
                                path));
            }
        } catch (IOException e) {
            throw new InvalidInputException("key file " + path + " cannot be read", e);
        }
    }

    private static KeyFile open(Path path) {
        List<Block> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(read(path));
        while (block.find()) {
            blocks.add(new Block(block.group(1), block.group(2)));
        }
        if (blocks.isEmpty()) {
            throw new InvalidInputException(path + " holds no key in PEM");
        }
        return new KeyFile(path, blocks);
    }

    private static String read(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s is no key file: it has more than %,d bytes",
                                path,
                                MAX_BYTES));
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("key file " + path + " does not exist", e);
        } catch (IOException e) {
            throw new InvalidInputException("key file " + path + " cannot be read", e);
        }
    }

    private List<Block> only(String label) {
        for (Block block : blocks) {
            if (!block.label().equals(label)) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s holds '%s' where '%s' is expected%s",
                                file,
                                block.label(),
                                label,
                                hint(block.label())));
            }
        }
        return blocks;
    }

    private static String hint(String label) {
        return label.equals("ENCRYPTED PRIVATE KEY")
                ? "; 'openssl pkey' writes it without a pass phrase"
                : "";
    }

    private byte[] bytes(Block block) {
        try {
            return Base64.getMimeDecoder().decode(block.text());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    "the '" + block.label() + "' in " + file + " is not Base64");
        }
    }

    /** Makes the refusal, without the cause: what the decoder says may repeat bytes of the key. */
    private InvalidInputException notEd25519(String kind) {
        return new InvalidInputException(
                String.format(Locale.ROOT, "%s holds no %s %s key", file, ALGORITHM, kind));
    }
}
