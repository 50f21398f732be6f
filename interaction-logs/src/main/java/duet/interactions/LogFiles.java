package duet.interactions;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import duet.interactions.LogFile.Compression;
import duet.interactions.LogFile.TextFacts;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Finds the files of a log, and looks at what they are: the name of a file says nothing. */
final class LogFiles {
    private static final int MARK_BYTES = 3; // of the byte order mark of UTF-8
    private static final int BUFFER = 1 << 16;
    private static final int FASTEST = 1; // of zstd's levels

    private static final String GLOB_SIGNS = "*?[]{}";
    private static final int MOST_FILES = 100_000;
    private static final Set<String> TEXTS = Set.of("csv", "tsv", "txt", "json", "jsonl", "ndjson");

    private LogFiles() {}

    /**
     * Finds the files that a path or a glob names, sorted by name.
     *
     * @throws InvalidInputException if there is none, there are too many, or it is a directory
     */
    static List<Path> find(String files) {
        return find(files, MOST_FILES);
    }

    /** Finds files, of which there may be so many. */
    static List<Path> find(String files, int most) {
        boolean pattern = files.chars().anyMatch(c -> GLOB_SIGNS.indexOf(c) >= 0);
        Path path;
        try {
            path = Path.of(files);
        } catch (InvalidPathException e) {
            if (pattern) {
                return glob(files, most);
            }
            throw new InvalidInputException(
                    "\"" + DuckDb.excerpt(files) + "\" cannot be the name of a file", e);
        }
        if (Files.isDirectory(path)) {
            throw new InvalidInputException(
                    path + " is a directory, not a file; all in it are '" + path + "/*'");
        }
        if (Files.exists(path) || !pattern) {
            return List.of(path);
        }
        return glob(files, most);
    }

    private static List<Path> glob(String files, int most) {
        int sign = 0;
        while (GLOB_SIGNS.indexOf(files.charAt(sign)) < 0) {
            sign++;
        }
        int slash = files.lastIndexOf('/', sign);
        String base = slash < 0 ? "" : files.substring(0, slash + 1);
        try {
            Path from = Path.of(base.isEmpty() ? "." : base);
            PathMatcher matcher = from.getFileSystem().getPathMatcher("glob:" + files);
            try (Stream<Path> all = walk(from, files, base)) {
                List<Path> found =
                        all.map(p -> base.isEmpty() ? from.relativize(p) : p)
                                .filter(matcher::matches)
                                .filter(Files::isRegularFile)
                                .limit(most + 1L)
                                .sorted()
                                .toList();
                if (found.size() > most) {
                    throw new InvalidInputException(
                            String.format(
                                    Locale.ROOT,
                                    "%s names more than %,d files; make fewer of them, or read"
                                            + " a part",
                                    files,
                                    most));
                }
                if (!found.isEmpty()) {
                    return found;
                }
            }
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("no file is named " + OneLine.of(files), e);
        } catch (UncheckedIOException e) {
            throw unreadable(files, e.getCause());
        } catch (IOException e) {
            throw unreadable(files, e);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    "\"" + DuckDb.excerpt(files) + "\" is neither a file nor a pattern of names",
                    e);
        }
        throw new InvalidInputException("no file is named " + OneLine.of(files));
    }

    /**
     * Goes through folders, also through those that are links, as a shell does: all that a pattern
     * of so many levels names, but with {@code **}, which may lead in circles, only the first.
     */
    private static Stream<Path> walk(Path from, String files, String base) throws IOException {
        if (files.contains("**")) {
            Path real = from.toRealPath();
            return Files.walk(real).map(path -> from.resolve(real.relativize(path)));
        }
        return Files.isDirectory(from)
                ? below(from, levels(files.substring(base.length())))
                : Stream.empty();
    }

    private static Stream<Path> below(Path folder, int depth) {
        return children(folder)
                .flatMap(
                        path ->
                                depth > 1 && Files.isDirectory(path)
                                        ? Stream.concat(Stream.of(path), below(path, depth - 1))
                                        : Stream.of(path));
    }

    private static Stream<Path> children(Path folder) {
        try {
            return Files.list(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes an error of what ends the search of folders. */
    static InvalidInputException unreadable(String files, IOException e) {
        String folder =
                e instanceof FileSystemException of && of.getFile() != null ? of.getFile() : files;
        return new InvalidInputException(
                folder
                        + (e instanceof AccessDeniedException ? " may not" : " cannot")
                        + " be read, in looking for "
                        + files,
                e);
    }

    private static int levels(String path) {
        return (int) path.chars().filter(c -> c == '/').count() + 1;
    }

    /**
     * Looks at a file.
     *
     * @param encoding of text
     * @param scratch where a link or a copy may be made
     * @throws InvalidInputException naming what it is where it cannot be read as a log
     */
    static LogFile look(Path path, String encoding, Path scratch) {
        requireFile(path);
        byte[] magic;
        try (InputStream in = Files.newInputStream(path)) {
            magic = in.readNBytes(ForeignFiles.BEGIN);
        } catch (IOException e) {
            throw failure(path, e);
        }
        ForeignFiles.refuse(path, magic);
        Compression compression = compression(magic);
        boolean parquet = startsWith(magic, 'P', 'A', 'R', '1');
        TextFacts facts = null;
        if (!parquet) {
            try (InputStream in = open(path, compression)) {
                byte[] begin = in.readNBytes(ForeignFiles.BEGIN);
                ForeignFiles.refuse(path, begin);
                ForeignFiles.refuseBinary(path, begin);
            } catch (IOException e) {
                // Damaged data is found, and told, below.
            }
            // To the end: DuckDB takes a part of a compressed file for the whole.
            try (InputStream in = open(path, compression)) {
                facts = TextScan.scan(path, in, encoding.equals("utf-8"));
            } catch (ZipException | EOFException e) {
                throw damaged(path, compression, e);
            } catch (IOException e) {
                throw failure(path, e);
            }
        }
        return new LogFile(path, readable(path, scratch), compression, parquet, facts);
    }

    /** Refuses what gives its bytes only once, or for ever: a log is read more than once. */
    private static void requireFile(Path path) {
        if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
            throw new InvalidInputException(
                    path
                            + " is a pipe or a device, and a log is read more than once; write it"
                            + " to a file first, as with cat > log.csv, and give that");
        }
    }

    /**
     * Says how files are compressed, and where one is called otherwise; empty where there is
     * nothing to say.
     */
    static String packing(List<LogFile> files) {
        List<String> kinds =
                files.stream()
                        .map(LogFile::compression)
                        .distinct()
                        .map(c -> c.name().toLowerCase(Locale.ROOT))
                        .toList();
        String said =
                kinds.equals(List.of("none"))
                        ? ""
                        : ", " + String.join(" and ", kinds).replace("none", "plain");
        return files.stream()
                .filter(LogFiles::isMisnamed)
                .findFirst()
                .map(
                        file ->
                                (said.isEmpty() && !file.parquet() ? ", plain" : said)
                                        + " although it is called "
                                        + DuckDb.excerpt(file.path().getFileName().toString()))
                .orElse(said);
    }

    /** Tells whether the suffix of a file says that it is packed in another way than it is. */
    private static boolean isMisnamed(LogFile file) {
        String name = file.path().getFileName().toString().toLowerCase(Locale.ROOT);
        String suffix = name.substring(name.lastIndexOf('.') + 1);
        if (suffix.equals(name)) {
            return false;
        }
        boolean gzip = suffix.equals("gz") || suffix.equals("gzip");
        boolean zstd = suffix.equals("zst") || suffix.equals("zstd");
        if (file.parquet()) {
            return gzip || zstd || TEXTS.contains(suffix);
        }
        return switch (file.compression()) {
            case GZIP -> !gzip;
            case ZSTD -> !zstd;
            case NONE -> gzip || zstd;
        };
    }

    private static InvalidInputException damaged(Path path, Compression as, IOException e) {
        String reason = e instanceof EOFException ? "it ends too early" : e.getMessage();
        return new InvalidInputException(
                String.format(
                        Locale.ROOT,
                        "%s is a damaged %s file: %s",
                        path,
                        as.name().toLowerCase(Locale.ROOT),
                        OneLine.of(reason == null ? "it cannot be unpacked" : reason)),
                e);
    }

    static InputStream open(Path path, Compression compression) throws IOException {
        InputStream in = Files.newInputStream(path);
        try {
            return switch (compression) {
                case GZIP -> new GZIPInputStream(in, BUFFER);
                case ZSTD -> new ZstdFrames(in);
                case NONE -> new BufferedInputStream(in, BUFFER);
            };
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /**
     * Copies a text so that it has no byte order mark and all its lines end in line feeds, but for
     * those in quotes: DuckDB takes neither a mark before JSON nor ends of several kinds for what
     * they are. The copy of what is compressed is compressed, too: it may be made to be a thousand
     * times as large as the file.
     */
    static LogFile plain(LogFile file, LogFile.TextFacts text, Path scratch) {
        Compression compression =
                file.compression() == Compression.NONE ? Compression.NONE : Compression.ZSTD;
        try (InputStream in = open(file.path(), file.compression())) {
            if (text.byteOrderMark()) {
                in.skipNBytes(MARK_BYTES);
            }
            Path copy = copy(file.path(), in, compression, scratch);
            return new LogFile(
                    file.path(),
                    copy,
                    compression,
                    false,
                    new LogFile.TextFacts(
                            text.firstLine(),
                            text.blankLines(),
                            false,
                            text.oddLineEnds(),
                            text.longestLine()));
        } catch (IOException e) {
            throw failure(file.path(), e);
        }
    }

    private static Path copy(Path path, InputStream in, Compression as, Path scratch) {
        try {
            Path copy = Files.createTempFile(scratch, "text", "");
            try (OutputStream out = writer(copy, as)) {
                new LineEnds(out).copy(in);
            }
            return copy;
        } catch (IOException e) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s has a byte order mark, or ends of lines of several kinds, and is"
                                    + " copied to be read; that fails: %s. A copy of about its size"
                                    + " has to have room in %s (-Djava.io.tmpdir)",
                            path,
                            OneLine.of(e),
                            scratch.getParent()),
                    e);
        }
    }

    private static OutputStream writer(Path copy, Compression as) throws IOException {
        OutputStream out = Files.newOutputStream(copy);
        return new BufferedOutputStream(
                as == Compression.ZSTD ? new ZstdOutputStreamNoFinalizer(out, FASTEST) : out,
                BUFFER);
    }

    /** Returns what DuckDB reads a file as: it takes names for patterns, and texts for names. */
    private static Path readable(Path path, Path scratch) {
        Path absolute = path.toAbsolutePath();
        if (isItsText(absolute)) {
            return absolute;
        }
        try {
            Path link = Files.createTempFile(scratch, "link", "");
            Files.delete(link);
            return Files.createSymbolicLink(link, absolute);
        } catch (IOException e) {
            throw new InvalidInputException(
                    OneLine.of(path.toString())
                            + " has a name that cannot be read, and no link to it can be made",
                    e);
        }
    }

    /** Tells whether a name is no pattern and has no bytes that are no characters. */
    private static boolean isItsText(Path path) {
        String text = path.toString();
        try {
            return text.chars().noneMatch(c -> GLOB_SIGNS.indexOf(c) >= 0)
                    && Path.of(text).equals(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Compression compression(byte[] magic) {
        if (startsWith(magic, 0x1F, 0x8B)) {
            return Compression.GZIP;
        }
        return startsWith(magic, 0x28, 0xB5, 0x2F, 0xFD) || isSkippable(magic)
                ? Compression.ZSTD
                : Compression.NONE;
    }

    /** Tells whether a file begins with a frame of zstd that has no data, as pzstd's do. */
    private static boolean isSkippable(byte[] magic) {
        return magic.length > 0
                && (magic[0] & 0xF0) == 0x50
                && startsWith(magic, magic[0] & 0xFF, 0x2A, 0x4D, 0x18);
    }

    private static boolean startsWith(byte[] magic, int... expected) {
        if (magic.length < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((magic[i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    static InvalidInputException failure(Path path, @Nullable IOException e) {
        if (Files.isDirectory(path)) {
            return new InvalidInputException(path + " is a directory, not a file", e);
        }
        if (e instanceof NoSuchFileException) {
            return new InvalidInputException(path + " does not exist", e);
        }
        return e instanceof AccessDeniedException
                ? new InvalidInputException(path + " may not be read", e)
                : new InvalidInputException(path + " cannot be read", e);
    }
}
