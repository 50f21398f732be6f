package duet.schemas;

import java.util.stream.Stream;

/** Versions that must be accepted nowhere, none of them longer than a version may be. */
public final class HostileVersions {
    private HostileVersions() {}

    public static Stream<String> all() {
        return Stream.of(
                "v1\nINFO all is well",
                "v1\r",
                "\u001b[2Jv1",
                "v1\u009b31m",
                "v1\u202e1-cersas",
                "v1\u2028v2",
                "v1\u0000",
                "v 1",
                "<b>v1</b>",
                "../v1",
                "v1/0",
                "v1,v2",
                "é");
    }
}
