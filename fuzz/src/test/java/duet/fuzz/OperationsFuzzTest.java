package duet.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import duet.operations.deadletters.LetterId;
import duet.operations.deadletters.LetterSelection;
import duet.operations.deadletters.StoredLetter;
import duet.schemas.record.DeadLetter;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import java.time.Instant;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Whatever the bytes, operators are shown")
class OperationsFuzzTest {
    private static final RecordDecoder<DeadLetter> LETTER = Records.deadLetterDecoder();
    private static final LetterSelection SELECTION =
            new LetterSelection("malformed", "d-1", Instant.EPOCH, Set.of());

    static final FuzzTarget<byte[]> STORED_LETTERS =
            new FuzzTarget<>(
                    Function.identity(),
                    OperationsFuzzTest::show,
                    128,
                    512 << 10,
                    MalformedRecordException.class);

    private static void show(byte[] input) throws MalformedRecordException {
        StoredLetter letter = new StoredLetter(new LetterId(0, 1), LETTER.decode(input));
        SELECTION.matches(letter);
        String shown = letter.device() + letter.reason() + letter.source() + letter.failedAt();
        letter.isCut();
        if (shown.chars().anyMatch(Character::isISOControl)) {
            throw new AssertionError("a dead letter is shown with a control character");
        }
    }

    @FuzzTest
    void storedLetters(byte[] input) {
        STORED_LETTERS.check(input);
    }
}
