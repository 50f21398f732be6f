package duet.interactions;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Writes a text with line feeds alone as ends of lines. What stands in quotes, which open where a
 * field begins and in which two stand for one, is left as it is (RFC 4180).
 */
final class LineEnds {
    private final OutputStream out;
    private boolean quoted;
    private boolean afterReturn;
    private int before = '\n';

    LineEnds(OutputStream out) {
        this.out = out;
    }

    void copy(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
                next(buffer[i]);
            }
        }
    }

    private void next(byte b) throws IOException {
        if (b == '"' && (quoted || beginsField())) {
            quoted = !quoted;
        }
        if (quoted) {
            out.write(b);
            afterReturn = false;
        } else {
            if (b != '\n' || !afterReturn) {
                out.write(b == '\r' ? '\n' : b);
            }
            afterReturn = b == '\r';
        }
        before = b;
    }

    /** Returns whether a field begins here; after a quote, one that stands for itself may go on. */
    private boolean beginsField() {
        return switch (before) {
            case '\n', '\r', ',', ';', '\t', '|', '"' -> true;
            default -> false;
        };
    }
}
