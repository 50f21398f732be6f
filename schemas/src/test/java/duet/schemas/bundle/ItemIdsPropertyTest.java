package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class ItemIdsPropertyTest {
    /** Ids as logs have them: numbers, keys, texts of any writing; no halves of characters. */
    @Provide
    Arbitrary<String> ids() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(21),
                Arbitraries.strings().ascii().ofMinLength(1).ofMaxLength(40),
                Arbitraries.strings()
                        .withCharRange('\u0000', '\ud7ff')
                        .ofMinLength(1)
                        .ofMaxLength(40));
    }

    @Provide
    Arbitrary<Set<String>> logs() {
        return Arbitraries.oneOf(
                ids().filter(ItemIdsPropertyTest::isSound).set().ofMinSize(1).ofMaxSize(50),
                Arbitraries.longs()
                        .greaterOrEqual(0)
                        .map(String::valueOf)
                        .set()
                        .ofMinSize(1)
                        .ofMaxSize(50));
    }

    @Property
    void everyRuleGivesANumberThatIsNotNegative(@ForAll("ids") String id) {
        for (ItemIds rule : ItemIds.values()) {
            assertThat(rule.of(id)).isNotNegative();
        }
    }

    @Property
    void aNumberIsItselfAndItsNameTheId(@ForAll @LongRange(min = 0) long number) {
        String id = Long.toString(number);
        assertThat(ItemIds.isNumber(id)).isTrue();
        assertThat(ItemIds.NUMBER.of(id)).isEqualTo(number);
        assertThat(ItemNames.numbers().of(number)).isEqualTo(id);
        assertThat(ItemIds.isNumber("-" + id)).isFalse();
        assertThat(ItemIds.isNumber("0" + id)).isFalse();
    }

    @Property
    void theHashIsTheBeginningOfTheSha256(@ForAll("ids") String id)
            throws NoSuchAlgorithmException {
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
        BigInteger beginning = new BigInteger(1, digest).shiftRight(256 - 64);
        assertThat(ItemIds.hash(id)).isEqualTo(beginning.clearBit(63).longValueExact());
    }

    @Property
    void idsGoToNumbersIntoAManifestAndBack(@ForAll("logs") Set<String> ids) {
        ItemIds rule = ids.stream().allMatch(ItemIds::isNumber) ? ItemIds.NUMBER : ItemIds.HASH;
        Vocabulary vocabulary =
                Vocabulary.of(ids.stream().mapToLong(rule::of).toArray(), ItemNames.of(rule, ids));
        List<String> back = new ArrayList<>();
        for (int index = 1; index <= vocabulary.size(); index++) {
            back.add(vocabulary.names().of(vocabulary.idOf(index)));
        }
        assertThat(back).containsExactlyInAnyOrderElementsOf(ids);

        ItemNames read = ItemMapping.of(vocabulary).names(vocabulary.ids());
        assertThat(read.rule()).isEqualTo(rule);
        for (String id : ids) {
            assertThat(vocabulary.idOf(vocabulary.indexOf(rule.of(id)))).isEqualTo(rule.of(id));
            assertThat(read.of(rule.of(id))).isEqualTo(id);
        }
    }

    /** What begins or ends with white space, or holds a NUL, is no item's id. */
    private static boolean isSound(String id) {
        return id.equals(id.strip()) && id.indexOf('\0') < 0;
    }

    @Property
    void whatIsShownIsOneLine(@ForAll("ids") String id) {
        Assume.that(isSound(id));
        ItemNames names = ItemNames.of(ItemIds.HASH, List.of(id));
        assertThat(names.shown(ItemIds.hash(id)))
                .hasSizeLessThanOrEqualTo(80)
                .doesNotContainPattern("[\\p{Cc}\\p{Zl}\\p{Zp}]");
    }
}
