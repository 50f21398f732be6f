package duet.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DataFormatTest {
    @TempDir Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("log"), content);
    }

    @Nested
    class GoodFiles {
        @Test
        void ml100kIsSeparatedByTabsOrBlanks() throws IOException {
            InteractionLog log =
                    DataFormat.ML_100K.read(
                            file(
                                    "7 11 3\t105\n"
                                            + "7\t12\t4\t104\n"
                                            + "7\t13\t5\t103\n"
                                            + "7\t14\t1\t102\n"
                                            + "7\t15\t2\t101\n"));

            assertThat(log.users())
                    .containsExactly(
                            new UserHistory(
                                    "7",
                                    new long[] {15, 14, 13, 12, 11},
                                    new long[] {101, 102, 103, 104, 105}));
        }

        @Test
        void ml1mIsSeparatedByDoubleColons() throws IOException {
            InteractionLog log =
                    DataFormat.ML_1M.read(
                            file(
                                    IntStream.range(0, 5)
                                            .mapToObj(i -> "1::" + (1193 + i) + "::5::97830076" + i)
                                            .collect(Collectors.joining("\r\n"))));

            assertThat(log.users().get(0).items()).containsExactly(1193, 1194, 1195, 1196, 1197);
            assertThat(log.users().get(0).timestamps()[0]).isEqualTo(978300760);
        }

        @Test
        void sequenceTakesThePositionForTheTime() throws IOException {
            InteractionLog log = DataFormat.SEQUENCE.read(file("a 9 8 7 6 5\nb 1 2 3 4 5 6\n"));

            assertThat(log.users()).extracting(UserHistory::user).containsExactly("a", "b");
            assertThat(log.users().get(0).items()).containsExactly(9, 8, 7, 6, 5);
            assertThat(log.users().get(0).timestamps()).containsExactly(0, 1, 2, 3, 4);
        }

        @Test
        void csvHasAHeaderAndMayHaveAByteOrderMark() throws IOException {
            InteractionLog log =
                    DataFormat.CSV.read(
                            file(
                                    "\uFEFFuser,item,timestamp\n"
                                            + "u-1,5,9\n"
                                            + "u-1,4,8\n"
                                            + "u-1,3,7\n"
                                            + "u-1,2,6\n"
                                            + "u-1,1,5\n"));

            assertThat(log.users().get(0).items()).containsExactly(1, 2, 3, 4, 5);
        }

        @Test
        void equalTimesKeepTheOrderOfTheFile() throws IOException {
            InteractionLog log =
                    DataFormat.CSV.read(
                            file("user,item,timestamp\nu,5,1\nu,3,1\nu,4,0\nu,1,1\nu,2,1\n"));

            assertThat(log.users().get(0).items()).containsExactly(4, 5, 3, 1, 2);
        }

        @Test
        void usersWithFewerThanFiveInteractionsAreDropped() throws IOException {
            InteractionLog log = DataFormat.SEQUENCE.read(file("a 1 2 3 4\nb 1 2 3 4 5\n"));

            assertThat(log.users()).extracting(UserHistory::user).containsExactly("b");
            assertThat(log.leftOut()).containsExactly("a");
            assertThat(log.interactions()).isEqualTo(5);
        }
    }

    @Nested
    class PartsOfTheUsers {
        private InteractionLog log() throws IOException {
            StringBuilder lines = new StringBuilder("short 1 2\n");
            for (int user = 0; user < 1_000; user++) {
                lines.append("u").append(user).append(" 1 2 3 4 5\n");
            }
            return DataFormat.SEQUENCE.read(file(lines.toString()));
        }

        @Test
        void haveNoUserInCommonAndAreAllOfThem() throws IOException {
            InteractionLog first = log().usersBetween(0, 0.3);
            InteractionLog second = log().usersBetween(0.3, 1);

            assertThat(first.users().size()).isBetween(250, 350);
            assertThat(first.users()).doesNotContainAnyElementsOf(second.users());
            assertThat(first.users().size() + second.users().size()).isEqualTo(1_000);
            assertThat(first.leftOut()).hasSize(second.users().size() + 1).contains("short");
        }

        @Test
        void withoutAUserAreRefused() {
            assertThatThrownBy(() -> log().usersBetween(0.5, 0.5 + 1e-9))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("none of 1,000 users");
        }
    }

    @Nested
    class BadFiles {
        @ParameterizedTest
        @EnumSource(DataFormat.class)
        void missing(DataFormat format) {
            assertThatThrownBy(() -> format.read(folder.resolve("absent")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageEndingWith("absent does not exist");
        }

        @Test
        void directory() {
            assertThatThrownBy(() -> DataFormat.CSV.read(folder))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("is a directory");
        }

        @ParameterizedTest
        @EnumSource(DataFormat.class)
        void empty(DataFormat format) throws IOException {
            Path file = file("\n  \n");

            assertThatThrownBy(() -> format.read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("there are no interactions");
        }

        @Test
        void headerAlone() throws IOException {
            Path file = file("user,item,timestamp\n");

            assertThatThrownBy(() -> DataFormat.CSV.read(file))
                    .hasMessageContaining("there are no interactions");
        }

        @Test
        void onlyShortUsers() throws IOException {
            Path file = file("a 1 2 3\nb 1 2\n");

            assertThatThrownBy(() -> DataFormat.SEQUENCE.read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no user has at least 5 interactions (2 users)");
        }

        @ParameterizedTest(name = "{0}: {1}")
        @CsvSource(
                delimiter = '|',
                value = {
                    "ml-100k|1::1193::5::978300760|log:1: expected `user item rating timestamp`",
                    "ml-100k|user,item,timestamp|log:1: expected `user item rating timestamp`",
                    "ml-100k|1 x 5 7|log:1: item id \"x\" is not an integer",
                    "ml-100k|1 -4 5 7|log:1: item id -4 is negative",
                    "ml-100k|1 4 good 7|log:1: rating \"good\" is not a number",
                    "ml-100k|1 4 5 now|log:1: timestamp \"now\" is not an integer",
                    "ml-1m|196 242 3 881250949|log:1: expected `user::item::rating::timestamp`",
                    "ml-1m|1::2.5::5::978300760|log:1: item id \"2.5\" is not an integer",
                    "sequence|1::1193::5::978300760|log:1: expected `user item item …`",
                    "sequence|u 1 2 99999999999999999999|log:1: item id \"99999999999999999999\""
                            + " is",
                    "csv|196 242 3 881250949|log:1: expected the header `user,item,timestamp`",
                })
        void ofAnotherFormat(String format, String line, String message) throws IOException {
            Path file = file(line + "\n");

            assertThatThrownBy(() -> DataFormat.of(format).read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(message)
                    .hasMessageContaining("\"" + line + "\"");
        }

        @Test
        void theErrorNamesTheLineInTheMiddleOfTheFile() throws IOException {
            Path file = file("user,item,timestamp\nu,1,2\n\nu,2\n");

            assertThatThrownBy(() -> DataFormat.CSV.read(file))
                    .hasMessage(file + ":4: expected `user,item,timestamp`: \"u,2\"");
        }

        @Test
        void ratingsReadAsSequencesRepeatAUser() throws IOException {
            Path file = file("196 242 3 881250949\n186 302 3 891717742\n196 1 2 3\n");

            assertThatThrownBy(() -> DataFormat.SEQUENCE.read(file))
                    .hasMessageContaining(":3: expected one line a user")
                    .hasMessageContaining("user 196 stands on line 1 already");
        }

        @Test
        void aLongLineIsCutInTheMessage() throws IOException {
            Path file = file("x".repeat(5000) + "\t\u0007\n");

            assertThatThrownBy(() -> DataFormat.ML_100K.read(file))
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300))
                    .hasMessageContaining("xxx…");
        }

        @Test
        void aLineWithoutEndIsNotReadIntoMemory() throws IOException {
            Path file = file("1".repeat(BoundedLineReader.MAX_LINE + 1));

            assertThatThrownBy(() -> DataFormat.ML_1M.read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(":1: longer than 1,048,576 characters");
        }

        @Test
        void aUserIdIsBounded() throws IOException {
            Path file = file("u".repeat(10_000) + " 1 2 3 4 5\n");

            assertThatThrownBy(() -> DataFormat.SEQUENCE.read(file))
                    .hasMessageContaining("user id of 10,000 characters, the limit is 128");
        }

        @Test
        void bytesThatAreNotText() throws IOException {
            Path file = folder.resolve("bytes");
            Files.write(file, new byte[] {(byte) 0xC3, (byte) 0x28, (byte) 0xFF, '\n'});

            assertThatThrownBy(() -> DataFormat.SEQUENCE.read(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("not UTF-8 text");
        }
    }

    @Test
    void anUnknownFormatNamesTheKnownOnes() {
        assertThatThrownBy(() -> DataFormat.of("parquet"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("unknown format \"parquet\", known are ml-100k, ml-1m, sequence, csv");
    }
}
