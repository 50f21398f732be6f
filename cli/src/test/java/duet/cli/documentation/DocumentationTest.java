package duet.cli.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Pages are read in a checkout and on the repository's web page: a link that leads nowhere is a
 * fault of both.
 */
@DisplayName("The documentation")
class DocumentationTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path INDEX = ROOT.resolve("docs/README.md");

    /** The folders of the repository that are no module. */
    private static final Set<String> FOLDERS = Set.of("deploy", "docs", "plans");

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z][a-z0-9+.-]*:.*");

    /** A page, as code and other files name it. */
    private static final Pattern MENTION = Pattern.compile("\\bdocs/[\\w./-]+\\.md\\b");

    private static final Set<String> MENTIONING =
            Set.of("java", "xml", "yml", "yaml", "json", "txt", "mustache", "properties", "md");

    private static List<Path> files;

    @BeforeAll
    static void find() throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(
                ROOT,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        return isOurs(directory)
                                ? FileVisitResult.CONTINUE
                                : FileVisitResult.SKIP_SUBTREE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile()) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        files = found;
        assertThat(files).contains(INDEX, ROOT.resolve("README.md"));
    }

    /** A checkout may hold more than the repository: results, an editor's files. */
    private static boolean isOurs(Path directory) {
        if (ROOT.equals(directory.getParent())) {
            return FOLDERS.contains(directory.getFileName().toString())
                    || Files.exists(directory.resolve("pom.xml"));
        }
        return !directory.endsWith("target");
    }

    @Test
    @DisplayName("links only to files and headings that are there")
    void linksLeadSomewhere() {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (String target : links(page)) {
                String[] parts = target.split("#", 2);
                Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
                if (!Files.exists(file)) {
                    broken.add(ROOT.relativize(page) + " links to " + target + ": no such file");
                } else if (parts.length == 2 && !headings(file).contains(parts[1])) {
                    broken.add(ROOT.relativize(page) + " links to " + target + ": no such heading");
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    @DisplayName("is where code, settings and pages say it is")
    void mentionedPagesExist() {
        List<String> broken = new ArrayList<>();
        for (Path file : files) {
            // Tests write pages of their own into temporary folders.
            if (!MENTIONING.contains(ending(file)) || file.toString().contains("/src/test/")) {
                continue;
            }
            Matcher mention = MENTION.matcher(text(file));
            while (mention.find()) {
                if (!Files.exists(ROOT.resolve(mention.group()))) {
                    broken.add(ROOT.relativize(file) + " names " + mention.group());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    @DisplayName("has an index with every page")
    void indexIsComplete() {
        Set<Path> reached = new HashSet<>();
        reach(INDEX, reached);
        assertThat(pages())
                .filteredOn(page -> page.startsWith(INDEX.getParent()))
                .filteredOn(page -> !reached.contains(page))
                .as("pages that no index links to")
                .isEmpty();
    }

    /** The index, and the pages that it and the indexes of its folders link to. */
    private static void reach(Path index, Set<Path> reached) {
        reached.add(index);
        for (String target : links(index)) {
            Path page = index.resolveSibling(target.split("#", 2)[0]).normalize();
            if (reached.add(page) && page.endsWith("README.md")) {
                reach(page, reached);
            }
        }
    }

    private static List<Path> pages() {
        return files.stream().filter(file -> ending(file).equals("md")).toList();
    }

    /** The targets of a page's links within the repository. */
    private static List<String> links(Path page) {
        List<String> links = new ArrayList<>();
        for (String line : prose(page)) {
            Matcher link = LINK.matcher(line);
            while (link.find()) {
                if (!ELSEWHERE.matcher(link.group(1)).matches()) {
                    links.add(link.group(1));
                }
            }
        }
        return links;
    }

    /** The anchors of a page's headings, as GitHub makes them. */
    private static Set<String> headings(Path page) {
        Set<String> anchors = new HashSet<>();
        for (String line : prose(page)) {
            if (line.startsWith("#")) {
                String heading = line.replaceFirst("^#+ *", "").strip().toLowerCase(Locale.ROOT);
                anchors.add(heading.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'));
            }
        }
        return anchors;
    }

    /** The lines of a page that are not in blocks of code. */
    private static List<String> prose(Path page) {
        List<String> lines = new ArrayList<>();
        boolean code = false;
        for (String line : text(page).lines().toList()) {
            if (line.strip().startsWith("```")) {
                code = !code;
            } else if (!code) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
