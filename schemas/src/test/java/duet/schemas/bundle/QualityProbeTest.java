package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QualityProbeTest {
    private static final Vocabulary VOCABULARY = Vocabulary.of(new long[] {10, 20, 30});
    private static final String SOUND =
            """
            {"globalUserAuc":0.5,"personalizedUserAuc":0.625,"users":[
            {"history":[10,20,10],"positive":30,"negatives":[10,20]},
            {"history":[30],"positive":10,"negatives":[20]}
            ]}
            """;

    @TempDir Path directory;

    private QualityProbe read(String content) {
        return read(content, BundleSamples.DIMENSIONS);
    }

    private QualityProbe read(String content, Dimensions dimensions) {
        return QualityProbe.decode(
                content.getBytes(StandardCharsets.UTF_8), dimensions, VOCABULARY);
    }

    private void assertRefused(String content, String message) {
        assertThatThrownBy(() -> read(content))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(ModelBundle.PROBE + " ")
                .hasMessageContaining(message)
                .message()
                .hasLineCount(1);
    }

    private static QualityProbe.User user(long[] history, long positive, long... negatives) {
        return new QualityProbe.User(history, positive, negatives);
    }

    private static QualityProbe sound() {
        return new QualityProbe(
                0.5,
                0.625,
                List.of(user(new long[] {10, 20, 10}, 30, 10, 20), user(new long[] {30}, 10, 20)));
    }

    @Test
    void givesWhatWasWritten() throws IOException {
        assertThat(new String(sound().encode(), StandardCharsets.UTF_8)).isEqualTo(SOUND);
        assertThat(read(SOUND)).usingRecursiveComparison().isEqualTo(sound());
    }

    @Nested
    class InABundle {
        private ModelBundle write(Optional<QualityProbe> probe) {
            return BundleSamples.write(directory.resolve("bundle"), "", probe);
        }

        @Test
        void isListedAndReadBack() {
            ModelBundle bundle = write(Optional.of(sound()));

            assertThat(bundle.manifest().files()).containsKey(ModelBundle.PROBE);
            assertThat(bundle.probe()).get().usingRecursiveComparison().isEqualTo(sound());
        }

        @Test
        void changesNothingAboutTheVersion() {
            assertThat(write(Optional.of(sound())).modelVersion())
                    .isEqualTo(write(Optional.empty()).modelVersion());
        }

        @Test
        void mayBeMissingAndLeavesNothingOfAnOlderBundle() {
            write(Optional.of(sound()));
            ModelBundle bundle = write(Optional.empty());

            assertThat(bundle.probe()).isEmpty();
            assertThat(bundle.file(ModelBundle.PROBE)).doesNotExist();
        }

        @Test
        void mayNotBeAltered() throws IOException {
            ModelBundle bundle = write(Optional.of(sound()));
            Path file = bundle.file(ModelBundle.PROBE);
            Files.writeString(file, SOUND.replace("0.625", "0.125"));

            assertThatThrownBy(() -> ModelBundle.open(bundle.directory()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(file + " is altered");
        }

        @Test
        void isNotWrittenIfItIsNotOneOfTheModel() {
            QualityProbe other = new QualityProbe(0.5, 0.5, List.of(user(new long[] {40}, 10, 20)));

            assertThatThrownBy(() -> write(Optional.of(other)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "probe.json has the item 40 in users[0].history[0], which the model"
                                    + " does not know");
            assertThat(directory.resolve("bundle")).doesNotExist();
        }
    }

    @Nested
    class Refuses {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "null",
                    "[]",
                    "\u0000\u0001",
                    "{\"globalUserAuc\":0.5,",
                    "{\"globalUserAuc\":0.5}",
                    "{\"globalUserAuc\":0.5,\"personalizedUserAuc\":0.5,\"users\":null}",
                    "{\"globalUserAuc\":0.5,\"personalizedUserAuc\":0.5,\"users\":[null]}",
                    "{\"globalUserAuc\":0.5,\"personalizedUserAuc\":0.5,\"users\":{}}"
                })
        void whatIsNone(String content) {
            assertRefused(content, "is no probe, ");
        }

        @Test
        void whatIsNoText() {
            byte[] content = {'{', 0, 0, 0, 0, 'a', 'k', 'U', 0, 0, 0, 0};
            assertThatThrownBy(
                            () ->
                                    QualityProbe.decode(
                                            content, BundleSamples.DIMENSIONS, VOCABULARY))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("probe.json is no probe: Invalid UTF-32 character");
        }

        @Test
        void moreAfterTheEnd() {
            assertRefused(SOUND + "{}", "is no probe, ");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "\"positive\":30 | \"positive\":\"30\" | users[0].positive",
                    "\"positive\":30 | \"positive\":1.5 | users[0].positive",
                    "\"positive\":30, | '' | users[0]",
                    "[10,20,10] | [10,1.5] | users[0].history[1]",
                    "[10,20,10] | [10,99999999999999999999] | users[0].history[1]",
                    "\"negatives\":[20] | \"negatives\":null | users[1]",
                    "0.5 | \"high\" | globalUserAuc"
                })
        void otherValues(String there, String instead, String place) {
            assertThat(SOUND).contains(there);
            assertRefused(SOUND.replace(there, instead), "is no probe, in " + place);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "0.5 | -0.1 | has the globalUserAuc -0.1, it must be 0 to 1",
                    "0.625 | 1.5 | has the personalizedUserAuc 1.5, it must be 0 to 1",
                    "0.625 | 1e999 | has the personalizedUserAuc Infinity, it must be 0 to 1",
                    "[10,20,10] | [] | has 0 entries in users[0].history, it must be 1 to 5",
                    "[10,20,10] | [10,10,10,10,10,10]"
                            + " | has 6 entries in users[0].history, it must be 1 to 5",
                    "\"negatives\":[20] | \"negatives\":[]"
                            + " | has 0 entries in users[1].negatives, it must be 1 to 99",
                    "[10,20,10] | [10,20,11] | has the item 11 in users[0].history[2]",
                    "\"positive\":30 | \"positive\":-1 | has the item -1 in users[0].positive",
                    "\"negatives\":[20] | \"negatives\":[20,0] | has the item 0 in"
                            + " users[1].negatives[1]"
                })
        void valuesOutOfRange(String there, String instead, String message) {
            assertThat(SOUND).contains(there);
            assertRefused(SOUND.replace(there, instead), message);
        }

        @Test
        void noUsersAndTooMany() {
            List<QualityProbe.User> many =
                    Collections.nCopies(QualityProbe.MAX_USERS + 1, user(new long[] {10}, 20, 30));
            for (List<QualityProbe.User> users : List.of(List.<QualityProbe.User>of(), many)) {
                assertRefused(
                        new String(
                                new QualityProbe(0.5, 0.5, users).encode(), StandardCharsets.UTF_8),
                        "has " + users.size() + " entries in users, it must be 1 to 200");
            }
        }

        @Test
        void tooManyNegatives() {
            long[] negatives =
                    LongStream.generate(() -> 20).limit(QualityProbe.MAX_NEGATIVES + 1).toArray();
            QualityProbe probe =
                    new QualityProbe(0.5, 0.5, List.of(user(new long[] {10}, 30, negatives)));
            assertRefused(
                    new String(probe.encode(), StandardCharsets.UTF_8),
                    "has 100 entries in users[0].negatives, it must be 1 to 99");
        }

        @Test
        void aModelOfFeatures() {
            assertThatThrownBy(() -> read(SOUND, BundleSamples.DIMENSIONS.withFeatures(3, 4)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "probe.json holds histories of items, the model reads feature vectors");
        }
    }
}
