package duet.schemas.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A hash tree")
class HashTreeTest {
    private static final HexFormat HEX = HexFormat.of();

    /** Messages and roots that the implementations of Certificate Transparency test with. */
    private static final List<byte[]> MESSAGES =
            List.of(
                    HEX.parseHex(""),
                    HEX.parseHex("00"),
                    HEX.parseHex("10"),
                    HEX.parseHex("2021"),
                    HEX.parseHex("3031"),
                    HEX.parseHex("40414243"),
                    HEX.parseHex("5051525354555657"),
                    HEX.parseHex("606162636465666768696a6b6c6d6e6f"));

    @ParameterizedTest(name = "{0} messages")
    @DisplayName("has the root that RFC 9162 gives it, of")
    @CsvSource({
        "1, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "2, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "3, aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "4, d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "5, 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "6, 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "7, ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "8, 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    })
    void roots(int count, String root) {
        assertThat(HEX.formatHex(new HashTree(MESSAGES.subList(0, count)).root())).isEqualTo(root);
    }

    @ParameterizedTest(name = "of {0}")
    @DisplayName("leads from each message to its root, and from none at another place")
    @ValueSource(ints = {1, 2, 3, 5, 6, 7, 8, 9, 33, 64})
    void paths(int count) {
        List<byte[]> messages = IntStream.range(0, count).mapToObj(HashTreeTest::message).toList();
        HashTree tree = new HashTree(messages);
        for (int index = 0; index < count; index++) {
            ByteBuffer path = path(tree, index, count);
            for (int place = 0; place < count; place++) {
                if (HashTree.pathLength(place, count) * HashTree.HASH_BYTES != path.limit()) {
                    continue;
                }
                byte[] root = HashTree.root(messages.get(index), place, count, path.duplicate());
                assertThat(Arrays.equals(tree.root(), root))
                        .as("message %d at %d", index, place)
                        .isEqualTo(place == index);
            }
        }
    }

    @Test
    @DisplayName("does not take the hashes of two messages for a message")
    void secondPreimage() throws NoSuchAlgorithmException {
        HashTree tree = new HashTree(MESSAGES.subList(0, 4));
        List<byte[]> hashes = new ArrayList<>();
        for (byte[] message : MESSAGES.subList(0, 4)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) 0);
            hashes.add(digest.digest(message));
        }
        byte[] forged = ByteBuffer.allocate(64).put(hashes.get(0)).put(hashes.get(1)).array();
        ByteBuffer path = path(tree, 0, 4);
        path.position(HashTree.HASH_BYTES);

        assertThat(HashTree.root(forged, 0, 2, path)).isNotEqualTo(tree.root());
    }

    private static byte[] message(int i) {
        return new byte[] {(byte) i};
    }

    private static ByteBuffer path(HashTree tree, int index, int count) {
        ByteBuffer path =
                ByteBuffer.allocate(HashTree.pathLength(index, count) * HashTree.HASH_BYTES);
        tree.writePath(index, path);
        assertThat(path.hasRemaining()).isFalse();
        return path.flip();
    }
}
