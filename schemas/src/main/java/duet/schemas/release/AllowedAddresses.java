package duet.schemas.release;

import duet.schemas.InvalidInputException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Says at which addresses bundles may be read. Whoever may announce a release names an address that
 * the job and the devices then ask, from inside their network; so it is for their operator to say
 * which.
 */
public final class AllowedAddresses {
    private static final String HTTPS = "https";

    private final Predicate<URI> rule;

    private AllowedAddresses(Predicate<URI> rule) {
        this.rule = rule;
    }

    /**
     * Returns the addresses that begin with one of these: with the same scheme, host and port, and
     * the same first segments of the path. Without any, addresses of {@code https} alone are
     * allowed, on every server.
     *
     * @param prefixes such as {@code https://models.example.org/duet/} or {@code file:///models/}
     * @throws InvalidInputException naming the one that is no such address
     */
    public static AllowedAddresses beginningWith(List<String> prefixes) {
        if (prefixes.isEmpty()) {
            return new AllowedAddresses(address -> HTTPS.equals(scheme(address)));
        }
        List<URI> parsed = prefixes.stream().map(AllowedAddresses::prefix).toList();
        return new AllowedAddresses(
                address -> parsed.stream().anyMatch(prefix -> begins(address, prefix)));
    }

    /** Returns all addresses, for whoever reads what he names himself. */
    public static AllowedAddresses everywhere() {
        return new AllowedAddresses(address -> true);
    }

    /** Returns whether something may be read at an address. */
    boolean allow(URI address) {
        return !address.isOpaque()
                && address.getScheme() != null
                && isPlain(address)
                && rule.test(address);
    }

    /** Returns whether both name one server: the same scheme, host and port. */
    static boolean sameServer(URI one, URI other) {
        return Objects.equals(scheme(one), scheme(other))
                && one.getHost() != null
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static URI prefix(String text) {
        URI prefix;
        try {
            prefix = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw new InvalidInputException("the address prefix '" + text + "' is no URI", e);
        }
        if (prefix.getScheme() == null || prefix.isOpaque()) {
            throw new InvalidInputException(
                    "the address prefix '"
                            + text
                            + "' must begin as https://host/path or file:///path does");
        }
        if (prefix.getRawQuery() != null || prefix.getRawFragment() != null) {
            throw new InvalidInputException(
                    "the address prefix '" + text + "' has a query or a fragment");
        }
        if (isWeb(prefix) && (prefix.getHost() == null || prefix.getRawUserInfo() != null)) {
            throw new InvalidInputException(
                    "the address prefix '" + text + "' must name a host, and no user");
        }
        if (!isPlain(prefix)) {
            throw new InvalidInputException(
                    "the address prefix '" + text + "' has a path that is not plain");
        }
        return prefix;
    }

    /** Returns whether all readers of a path understand the same: no way up, nothing hidden. */
    private static boolean isPlain(URI address) {
        String raw = address.getRawPath().toLowerCase(Locale.ROOT);
        return !raw.contains("%2f")
                && !raw.contains("%5c")
                && !raw.contains("%00")
                && segments(address).stream()
                        .noneMatch(segment -> segment.equals(".") || segment.equals(".."));
    }

    private static boolean begins(URI address, URI prefix) {
        List<String> path = segments(address);
        List<String> start = segments(prefix);
        return Objects.equals(scheme(address), scheme(prefix))
                && sameAuthority(address, prefix)
                && path.size() >= start.size()
                && path.subList(0, start.size()).equals(start);
    }

    private static boolean sameAuthority(URI address, URI prefix) {
        if (isWeb(address)) {
            return address.getRawUserInfo() == null && sameServer(address, prefix);
        }
        // Others put more than a host there, such as a container and an account.
        return authority(address).equalsIgnoreCase(authority(prefix));
    }

    private static boolean isWeb(URI address) {
        return HTTPS.equals(scheme(address)) || "http".equals(scheme(address));
    }

    private static String authority(URI address) {
        return Objects.requireNonNullElse(address.getRawAuthority(), "");
    }

    private static String scheme(URI address) {
        return String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return HTTPS.equals(scheme(address)) ? 443 : 80;
    }

    /** Returns the decoded segments of a path, without the empty one that a slash at its end is. */
    private static List<String> segments(URI address) {
        String path = address.getPath().replaceFirst("^/", "");
        return path.isEmpty() ? List.of() : Arrays.asList(path.split("/"));
    }
}
