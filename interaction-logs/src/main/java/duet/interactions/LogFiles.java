package duet.interactions;

import duet.interactions.LogFile.Compression;
import duet.interactions.LogFile.TextFacts;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
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
            int depth = files.contains("**") ? Integer.MAX_VALUE : levels(files) - levels(base);
            try (Stream<Path> all = Files.walk(from, Math.max(1, depth))) {
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
        if (!parquet && compression != Compression.ZSTD) {
            try (InputStream in = open(path, compression)) {
                byte[] begin = in.readNBytes(ForeignFiles.BEGIN);
                ForeignFiles.refuse(path, begin);
                ForeignFiles.refuseBinary(path, begin);
            } catch (IOException e) {
                // Damaged data is found, and told, below.
            }
            try (InputStream in = open(path, compression)) {
                facts = TextScan.scan(path, in, encoding.equals("utf-8"));
            } catch (ZipException | java.io.EOFException e) {
                throw new InvalidInputException(
                        path + " is a damaged gzip file: " + e.getMessage(), e);
            } catch (IOException e) {
                throw failure(path, e);
            }
        }
        return new LogFile(path, readable(path, scratch), compression, parquet, facts);
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

    static InputStream open(Path path, Compression compression) throws IOException {
        InputStream in = Files.newInputStream(path);
        return compression == Compression.GZIP
                ? new GZIPInputStream(in, 1 << 16)
                : new BufferedInputStream(in, 1 << 16);
    }

    /**
     * Copies a text so that it has no byte order mark and all its lines end in line feeds, but for
     * those in quotes: DuckDB takes neither a mark before JSON nor ends of several kinds for what
     * they are.
     */
    static LogFile plain(LogFile file, LogFile.TextFacts text, Path scratch) {
        try {
            Path copy = Files.createTempFile(scratch, "text", "");
            try (InputStream in = open(file.path(), file.compression());
                    OutputStream out = new BufferedOutputStream(Files.newOutputStream(copy))) {
                if (text.byteOrderMark()) {
                    in.skipNBytes(MARK_BYTES);
                }
                new LineEnds(out).copy(in);
            }
            return new LogFile(
                    file.path(),
                    copy,
                    Compression.NONE,
                    false,
                    new LogFile.TextFacts(
                            text.firstLine(), text.blankLines(), false, text.oddLineEnds()));
        } catch (IOException e) {
            throw failure(file.path(), e);
        }
    }

    private static Path readable(Path path, Path scratch) {
        Path absolute = path.toAbsolutePath();
        if (absolute.toString().chars().noneMatch(c -> GLOB_SIGNS.indexOf(c) >= 0)) {
            return absolute;
        }
        try {
            Path link = Files.createTempFile(scratch, "link", "");
            Files.delete(link);
            return Files.createSymbolicLink(link, absolute);
        } catch (IOException e) {
            throw new InvalidInputException(
                    path + " has a name like a pattern, and no link to it can be made", e);
        }
    }

    private static Compression compression(byte[] magic) {
        if (startsWith(magic, 0x1F, 0x8B)) {
            return Compression.GZIP;
        }
        return startsWith(magic, 0x28, 0xB5, 0x2F, 0xFD) ? Compression.ZSTD : Compression.NONE;
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
